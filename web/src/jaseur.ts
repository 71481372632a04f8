// SPDX-License-Identifier: MIT
//
// What <script type="module" src="https://.../jaseur.js"> brings: <jaseur-chat>, and for the page's
// own script `jaseur` (api/jaseur.d.ts), exported as well as global.

import type { Api, Jaseur, LoaderSettings } from "./api/jaseur.js";
import { makeLoader } from "./api/loader.js";
import { PageApi, PageElements } from "./api/page_api.js";
import { defineElements } from "./elements/chat/elements.js";

const elements = new PageElements(document);

export const api: Api = new PageApi(() => elements.first, document);

export function init(settings: LoaderSettings): ReturnType<Jaseur["init"]> {
  return makeLoader(settings);
}

// A page may have had something of that name before.
(globalThis as { jaseur?: Jaseur }).jaseur ??= { api, init };

defineElements();
