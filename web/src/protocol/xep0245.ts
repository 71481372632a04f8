// SPDX-License-Identifier: MIT
//
// "/me waves": XEP-0245 1.0.

const PREFIX = "/me ";

/** What somebody does, behind his name; undefined when it is something that he says (section 3). */
export function actionIn(body: string): string | undefined {
  return body.startsWith(PREFIX) ? body.slice(PREFIX.length) : undefined;
}
