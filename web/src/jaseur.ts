// SPDX-License-Identifier: MIT
//
// What <script type="module" src="https://.../jaseur.js"> brings: <jaseur-chat>.

import { defineElements } from "./elements/chat/jaseur-chat.js";

defineElements();
