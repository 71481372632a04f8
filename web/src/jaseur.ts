// SPDX-License-Identifier: MIT
//
// What <script type="module" src="https://.../jaseur.js"> brings: <jaseur-chat>.

import { defineElements } from "./elements/chat/jaseur-chat.js";
import { loadTexts } from "./elements/texts/texts.js";

// Nobody sees English first who reads another language.
await loadTexts(document.querySelector<HTMLElement>("jaseur-chat[lang]")?.lang ?? (document.documentElement.lang || navigator.language));
defineElements();
