// SPDX-License-Identifier: MIT
//
// The dialogs about people: loaded when the first of them is opened.

import { JaseurInvite } from "../invite/jaseur-invite.js";
import { JaseurProfile } from "../profile/jaseur-profile.js";
import { JaseurPerson } from "./jaseur-person.js";

const ELEMENTS = { "jaseur-invite": JaseurInvite, "jaseur-person": JaseurPerson, "jaseur-profile": JaseurProfile } as const;

export function definePeopleDialogs(registry: CustomElementRegistry = customElements): void {
  for (const [name, element] of Object.entries(ELEMENTS)) if (!registry.get(name)) registry.define(name, element);
}
