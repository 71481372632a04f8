// SPDX-License-Identifier: MIT
//
// Where the focus is, in whichever shadow it is.

export function focused(): HTMLElement | undefined {
  let at = document.activeElement;
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  return at instanceof HTMLElement && at !== document.body ? at : undefined;
}

/** Whether it is in the element, in whichever shadow. */
export function holds(element: Element, inner: Element): boolean {
  for (let node: Node | null = inner; node; node = node.parentNode ?? (node instanceof ShadowRoot ? node.host : null))
    if (node === element) return true;
  return false;
}
