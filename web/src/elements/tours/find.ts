// SPDX-License-Identifier: MIT

/** It has a size: what is empty cannot be pointed at. */
export function isInSight(one: Element): boolean {
  return [...one.getClientRects()].some(({ width, height }) => width > 0 && height > 0);
}

/**
 * The first element in sight that has this part (the attribute `part`), also in the shadow roots
 * of what is below.
 */
export function findPart(scope: ParentNode, part: string): Element | undefined {
  for (const one of scope.querySelectorAll(`[part~="${CSS.escape(part)}"]`)) if (isInSight(one)) return one;
  for (const { shadowRoot } of scope.querySelectorAll("*")) {
    const found = shadowRoot && findPart(shadowRoot, part);
    if (found) return found;
  }
  return undefined;
}
