// SPDX-License-Identifier: MIT
//
// The elements with which rooms are made, found and looked after: loaded when one is first wanted.

import { JaseurMembersPanel } from "../members/jaseur-members-panel.js";
import { JaseurNewConversation } from "../new-conversation/jaseur-new-conversation.js";
import { JaseurPeoplePicker } from "../new-conversation/jaseur-people-picker.js";
import { JaseurRoomSettings } from "./jaseur-room-settings.js";
import { JaseurRooms } from "./jaseur-rooms.js";

const ELEMENTS = {
  "jaseur-members-panel": JaseurMembersPanel,
  "jaseur-new-conversation": JaseurNewConversation,
  "jaseur-people-picker": JaseurPeoplePicker,
  "jaseur-room-settings": JaseurRoomSettings,
  "jaseur-rooms": JaseurRooms,
} as const;

export function defineRooms(registry: CustomElementRegistry = customElements): void {
  for (const [name, element] of Object.entries(ELEMENTS)) if (!registry.get(name)) registry.define(name, element);
}
