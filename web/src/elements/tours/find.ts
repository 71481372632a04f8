// SPDX-License-Identifier: MIT

/**
 * The first element in sight that has this part (the attribute `part`), also in the shadow roots
 * of what is below.
 */
export function findPart(scope: ParentNode, part: string): Element | undefined {
  for (const one of scope.querySelectorAll(`[part~="${CSS.escape(part)}"]`)) if (one.getClientRects().length) return one;
  for (const { shadowRoot } of scope.querySelectorAll("*")) {
    const found = shadowRoot && findPart(shadowRoot, part);
    if (found) return found;
  }
  return undefined;
}
