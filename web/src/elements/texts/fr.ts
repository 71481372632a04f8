// SPDX-License-Identifier: MIT
//
// All texts in French, loaded when wanted.

import { conversation } from "./conversation.fr.js";
import { dock } from "./dock.fr.js";
import { emoji } from "./emoji.fr.js";
import { message } from "./message.fr.js";
import { notices } from "./notices.fr.js";
import { files } from "./files.fr.js";
import { people } from "./people.fr.js";
import { pieces } from "./pieces.fr.js";
import { rooms } from "./rooms.fr.js";
import { signIn } from "./sign-in.fr.js";
import { state } from "./state.fr.js";
import type { Language } from "./texts.js";

export const fr: Language = {
  ...conversation,
  ...dock,
  ...emoji,
  ...message,
  ...notices,
  ...files,
  ...people,
  ...pieces,
  ...rooms,
  ...signIn,
  ...state,
};
