// SPDX-License-Identifier: MIT

import { describe, expect, it } from "vitest";

import { fromBase64, fromUtf8, utf8 } from "../../src/core/bytes.js";
import { Bearer, HashedToken, SCRAM_ITERATIONS_MAX, Scram } from "../../src/core/sasl.js";

describe("SCRAM", () => {
  // RFC 7677 section 3.
  const nonce = "rOprNGfwEbeRWgbNEkqO";
  const serverFirst = `r=${nonce}%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096`;
  const start = (): Scram => new Scram("SCRAM-SHA-256", "user", "pencil", nonce);

  it("says what the RFC's example says", async () => {
    const scram = start();
    expect(fromUtf8(await scram.initial())).toBe(`n,,n=user,r=${nonce}`);
    expect(fromUtf8(await scram.respond(utf8(serverFirst)))).toBe(
      `c=biws,r=${nonce}%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=`,
    );
    await scram.verify(utf8("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="));
  });

  it("does not believe a server without the proof", async () => {
    const scram = start();
    await expect(scram.verify(utf8("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="))).rejects.toThrow();
    await scram.respond(utf8(serverFirst));
    await expect(scram.verify(undefined)).rejects.toThrow();
    await expect(scram.verify(utf8("v=AAAA"))).rejects.toThrow();
    await expect(scram.verify(utf8("e=other-error"))).rejects.toThrow();
  });

  it.each([
    ["another nonce", serverFirst.replace(nonce, "x")],
    ["no nonce of the server's", serverFirst.replace(/%[^,]*/, "")],
    ["few rounds", serverFirst.replace("4096", "1")],
    ["a year of rounds", serverFirst.replace("4096", String(SCRAM_ITERATIONS_MAX + 1))],
    ["no number of rounds", serverFirst.replace("4096", "x")],
    ["a mandatory extension", `m=x,${serverFirst}`],
    ["nothing", ""],
  ])("refuses a challenge with %s", async (_, challenge) => expect(start().respond(utf8(challenge))).rejects.toThrow());

  it("escapes names", async () => {
    const scram = new Scram("SCRAM-SHA-1", "a,b=c", "x", "n");
    expect(fromUtf8(await scram.initial())).toBe("n,,n=a=2Cb=3Dc,r=n");
  });
});

it("HT proves a token both ways", async () => {
  const ht = new HashedToken("juliet", "secret");
  const initial = await ht.initial();
  expect(fromUtf8(initial.slice(0, 7))).toBe("juliet\0");
  expect(initial).toHaveLength(7 + 32);
  await expect(ht.verify(initial.slice(7))).rejects.toThrow();
  // HMAC-SHA-256 of "Responder" by the key "secret".
  await ht.verify(fromBase64("icevAmJ7zemHQaEJDf+yVGEPHjNbvwhuOwLnCK2lpoI=")).catch((error: unknown) => {
    throw new Error(`the proof: ${String(error)}`);
  });
});

it("OAUTHBEARER names the account and the token", async () => {
  expect(fromUtf8(await new Bearer("a@b", "tok").initial())).toBe("n,a=a@b,\x01auth=Bearer tok\x01\x01");
  expect(fromUtf8(await new Bearer("", "tok").initial())).toBe("n,,\x01auth=Bearer tok\x01\x01");
});
