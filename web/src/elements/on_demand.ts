// SPDX-License-Identifier: MIT
//
// Elements that are loaded when somebody wants them: they are not in the first load.

/** Makes it known. Rejects when it cannot be loaded: without a network, perhaps. */
export async function onDemand(name: string, load: () => Promise<CustomElementConstructor>): Promise<void> {
  if (customElements.get(name)) return;
  const element = await load();
  if (!customElements.get(name)) customElements.define(name, element);
}
