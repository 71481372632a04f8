// SPDX-License-Identifier: MIT

import type { Client } from "../../model/client.js";

/** Shows the account by a picture of the page's, unless it has one. Rejects when it cannot be had or is none. */
export async function offerPicture(client: Client, address: string): Promise<void> {
  if (await client.avatars.hasOwn()) return;
  const [{ scaledPicture }, answer] = await Promise.all([import("../profile/picture.js"), fetch(address)]);
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  const { type, base64, width, height } = await scaledPicture(await answer.blob());
  await client.avatars.publish(type, base64, width, height);
}
