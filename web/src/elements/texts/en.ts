// SPDX-License-Identifier: MIT
//
// All texts in English: what stands for every other language. No name is in two subjects.

import { conversation } from "./conversation.en.js";
import { dock } from "./dock.en.js";
import { emoji } from "./emoji.en.js";
import { message } from "./message.en.js";
import { notices } from "./notices.en.js";
import { files } from "./files.en.js";
import { people } from "./people.en.js";
import { pieces } from "./pieces.en.js";
import { rooms } from "./rooms.en.js";
import { signIn } from "./sign-in.en.js";
import { state } from "./state.en.js";

export const en = {
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
