// SPDX-License-Identifier: MIT
//
// SHA-1 (RFC 3174) of short texts, at once: what the browser has answers later, and a colour is wanted
// while something is drawn. Not for secrets.

import { concat, utf8, type Bytes } from "./bytes.js";

const BLOCK = 64; // bytes

function rotate(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}

/** 20 bytes. */
export function sha1(text: string): Bytes {
  const said = utf8(text);
  const padded = concat(said, Uint8Array.of(0x80), new Uint8Array((2 * BLOCK - 9 - (said.length % BLOCK)) % BLOCK), new Uint8Array(8));
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, Math.floor(said.length / 0x20000000));
  view.setUint32(padded.length - 4, said.length << 3);
  const state: [number, number, number, number, number] = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0];
  for (let block = 0; block < padded.length; block += BLOCK) {
    const words = Array.from({ length: 16 }, (_, i) => view.getInt32(block + 4 * i));
    const before = (i: number, by: number): number => words[i - by] ?? 0;
    let [a, b, c, d, e] = state;
    for (let i = 0; i < 80; i++) {
      if (i >= 16) words.push(rotate(before(i, 3) ^ before(i, 8) ^ before(i, 14) ^ before(i, 16), 1));
      const mixed =
        i < 20 ? ((b & c) | (~b & d)) + 0x5a827999 : i < 40 ? (b ^ c ^ d) + 0x6ed9eba1 : i < 60 ? ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc : (b ^ c ^ d) + 0xca62c1d6;
      [a, b, c, d, e] = [(rotate(a, 5) + mixed + e + before(i, 0)) | 0, a, rotate(b, 30), c, d];
    }
    for (const [i, word] of [a, b, c, d, e].entries()) state[i] = ((state[i] ?? 0) + word) | 0;
  }
  const out = new DataView(new ArrayBuffer(20));
  for (const [i, word] of state.entries()) out.setInt32(4 * i, word);
  return new Uint8Array(out.buffer);
}
