// SPDX-License-Identifier: MIT
//
// The elements of the first load, by their names; others are loaded when somebody wants them (on_demand.ts).

import { JaseurAttach } from "../attachments/jaseur-attach.js";
import { JaseurAttachments } from "../attachments/jaseur-attachments.js";
import { JaseurBegin } from "../begin/jaseur-begin.js";
import { JaseurComposer } from "../composer/jaseur-composer.js";
import { JaseurConversation } from "../conversation/jaseur-conversation.js";
import { JaseurConversations } from "../conversations/jaseur-conversations.js";
import { JaseurFile } from "../file/jaseur-file.js";
import { JaseurUploads } from "../file/jaseur-uploads.js";
import { JaseurLog } from "../log/jaseur-log.js";
import { JaseurMe } from "../me/jaseur-me.js";
import { JaseurBell } from "../notices/jaseur-bell.js";
import { JaseurConversationNotices } from "../notices/jaseur-conversation-notices.js";
import { JaseurPage } from "../page/jaseur-page.js";
import { JaseurPeople } from "../people/jaseur-people.js";
import { PIECES } from "../pieces.js";
import { JaseurRoomBar } from "../rooms/jaseur-room-bar.js";
import { JaseurSidebar } from "../sidebar/jaseur-sidebar.js";
import { JaseurSignIn } from "../sign-in/jaseur-sign-in.js";
import { JaseurState } from "../state/jaseur-state.js";
import { JaseurVirtual } from "../virtual/jaseur-virtual.js";
import { JaseurChat } from "./jaseur-chat.js";

const ELEMENTS = {
  ...PIECES,
  "jaseur-attach": JaseurAttach,
  "jaseur-attachments": JaseurAttachments,
  "jaseur-begin": JaseurBegin,
  "jaseur-bell": JaseurBell,
  "jaseur-chat": JaseurChat,
  "jaseur-composer": JaseurComposer,
  "jaseur-conversation": JaseurConversation,
  "jaseur-conversation-notices": JaseurConversationNotices,
  "jaseur-conversations": JaseurConversations,
  "jaseur-file": JaseurFile,
  "jaseur-log": JaseurLog,
  "jaseur-me": JaseurMe,
  "jaseur-page": JaseurPage,
  "jaseur-people": JaseurPeople,
  "jaseur-room-bar": JaseurRoomBar,
  "jaseur-sidebar": JaseurSidebar,
  "jaseur-sign-in": JaseurSignIn,
  "jaseur-state": JaseurState,
  "jaseur-uploads": JaseurUploads,
  "jaseur-virtual": JaseurVirtual,
} as const;

/** Makes the elements known to the page, once. */
export function defineElements(registry: CustomElementRegistry = customElements): void {
  for (const [name, element] of Object.entries(ELEMENTS)) if (!registry.get(name)) registry.define(name, element);
}
