// SPDX-License-Identifier: MIT
//
// What pages may style by ::part(): each element hands on the parts of those within it, so these names
// are an interface (docs/web-client.md, "Style").

/** Of the list: <jaseur-sidebar>. */
export const LIST_PARTS = "own-presence, search, conversations-tab, people-tab, people-list";

/** Of <jaseur-conversation>. */
export const CONVERSATION_PARTS = "header, log, attachments, composer";

/** Of <jaseur-dock> and <jaseur-page>. */
export const SHAPE_PARTS = `bar, list, window, ${LIST_PARTS}, ${CONVERSATION_PARTS}`;
