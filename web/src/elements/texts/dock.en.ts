// SPDX-License-Identifier: MIT
//
// The bar at the lower edge of a page, and its windows.

export const dock = {
  chatOfPage: "Chat",
  windowWith: "Conversation with {who}",
  moreWindows: "{count, plural, one {# more conversation} other {# more conversations}}",
  minimise: "Minimise",
} as const;
