// SPDX-License-Identifier: MIT
//
// How a client proves who it is: SCRAM by password (RFC 5802, RFC 7677), HT by a token of an
// earlier login (draft-schmaus-kitten-sasl-ht-09, as XEP-0484 uses it), OAUTHBEARER by a token
// that a portal obtained (RFC 7628). No channel binding: a browser does not tell what it has.
//
// WebCrypto is there in secure contexts only (https, localhost).

import { concat, equalBytes, fromBase64, fromUtf8, toBase64, utf8, type Bytes } from "./bytes.js";

export interface Mechanism {
  readonly name: string;
  initial(): Promise<Bytes>;
  /** The answer to a challenge. */
  respond(challenge: Bytes): Promise<Bytes>;
  /** What the server said with its success: throws when that is no proof that it is the server. */
  verify(additional: Bytes | undefined): Promise<void>;
}

export class SaslError extends Error {}

/** Rounds of PBKDF2 that a server may ask for, at most: more would freeze the page. */
export const SCRAM_ITERATIONS_MAX = 1_000_000;
const SCRAM_ITERATIONS_MIN = 4096; // RFC 7677 section 4

async function hmac(hash: string, key: Bytes, data: Bytes): Promise<Bytes> {
  const usable = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", usable, data));
}

/** RFC 8265 section 4.2: other spaces are spaces, NFC. */
function preparePassword(password: string): string {
  return password.replace(/[\u00A0\u1680\u2000-\u200A\u202F\u205F\u3000]/g, " ").normalize("NFC");
}

/** RFC 5802 section 5.1. */
function scramName(user: string): string {
  return user.replace(/=/g, "=3D").replace(/,/g, "=2C");
}

/** "a=1,b=2" as a map; a value may hold "=". */
function scramFields(message: string): Map<string, string> {
  return new Map(message.split(",").map((field) => [field.slice(0, 1), field.slice(2)]));
}

/** By what "SCRAM-SHA-256" is called by WebCrypto; strongest first. */
export const SCRAM_HASHES: readonly (readonly [mechanism: string, hash: string, bits: number])[] = [
  ["SCRAM-SHA-512", "SHA-512", 512],
  ["SCRAM-SHA-256", "SHA-256", 256],
  ["SCRAM-SHA-1", "SHA-1", 160],
];

export class Scram implements Mechanism {
  readonly name: string;
  readonly #hash: string;
  readonly #bits: number;
  readonly #password: string;
  readonly #nonce: string;
  readonly #first: string; // client-first-message-bare
  #serverSignature: Bytes | undefined;

  constructor(mechanism: string, user: string, password: string, nonce = toBase64(crypto.getRandomValues(new Uint8Array(24)))) {
    const found = SCRAM_HASHES.find(([name]) => name === mechanism);
    if (!found) throw new SaslError(`unknown mechanism ${mechanism}`);
    [this.name, this.#hash, this.#bits] = found;
    this.#password = preparePassword(password);
    this.#nonce = nonce;
    this.#first = `n=${scramName(user)},r=${nonce}`;
  }

  initial(): Promise<Bytes> {
    return Promise.resolve(utf8(`n,,${this.#first}`));
  }

  async respond(challenge: Bytes): Promise<Bytes> {
    const serverFirst = fromUtf8(challenge);
    const fields = scramFields(serverFirst);
    const nonce = fields.get("r") ?? "";
    const iterations = Number(fields.get("i"));
    if (fields.has("m")) throw new SaslError("an extension that nobody knows is mandatory");
    if (this.#serverSignature || !nonce.startsWith(this.#nonce) || nonce.length === this.#nonce.length)
      throw new SaslError("the server's nonce is not for this login");
    if (!(iterations >= SCRAM_ITERATIONS_MIN && iterations <= SCRAM_ITERATIONS_MAX))
      throw new SaslError("the server asks for too few or too many rounds");
    const { subtle } = crypto;
    const password = await subtle.importKey("raw", utf8(this.#password), "PBKDF2", false, ["deriveBits"]);
    const salted = new Uint8Array(
      await subtle.deriveBits(
        { name: "PBKDF2", hash: this.#hash, salt: fromBase64(fields.get("s") ?? ""), iterations },
        password,
        this.#bits,
      ),
    );
    const clientKey = await hmac(this.#hash, salted, utf8("Client Key"));
    const storedKey = new Uint8Array(await subtle.digest(this.#hash, clientKey));
    const last = `c=biws,r=${nonce}`; // "biws": base64 of "n,,"
    const signed = utf8(`${this.#first},${serverFirst},${last}`);
    const signature = await hmac(this.#hash, storedKey, signed);
    const proof = clientKey.map((byte, i) => byte ^ (signature[i] ?? 0));
    this.#serverSignature = await hmac(this.#hash, await hmac(this.#hash, salted, utf8("Server Key")), signed);
    return utf8(`${last},p=${toBase64(proof)}`);
  }

  verify(additional: Bytes | undefined): Promise<void> {
    const verifier = additional && scramFields(fromUtf8(additional)).get("v");
    if (!this.#serverSignature || !verifier || !equalBytes(fromBase64(verifier), this.#serverSignature))
      return Promise.reject(new SaslError("the server does not know the password"));
    return Promise.resolve();
  }
}

export class HashedToken implements Mechanism {
  readonly name = "HT-SHA-256-NONE";
  readonly #user: string;
  readonly #token: Bytes;

  constructor(user: string, token: string) {
    this.#user = user;
    this.#token = utf8(token);
  }

  async initial(): Promise<Bytes> {
    return concat(utf8(`${this.#user}\0`), await hmac("SHA-256", this.#token, utf8("Initiator")));
  }

  respond(): Promise<Bytes> {
    return Promise.reject(new SaslError("HT has no challenge"));
  }

  async verify(additional: Bytes | undefined): Promise<void> {
    if (!additional || !equalBytes(additional, await hmac("SHA-256", this.#token, utf8("Responder"))))
      throw new SaslError("the server does not know the token");
  }
}

export class Bearer implements Mechanism {
  readonly name = "OAUTHBEARER";
  readonly #initial: Bytes;

  /** authzid  the account; "" when the token says it */
  constructor(authzid: string, token: string) {
    this.#initial = utf8(`n,${authzid ? `a=${scramName(authzid)}` : ""},\x01auth=Bearer ${token}\x01\x01`);
  }

  initial(): Promise<Bytes> {
    return Promise.resolve(this.#initial);
  }

  /** RFC 7628 section 3.2.3: the challenge is a refusal, which wants this answer. */
  respond(): Promise<Bytes> {
    return Promise.resolve(utf8("\x01"));
  }

  /** TLS has shown who the server is. */
  verify(): Promise<void> {
    return Promise.resolve();
  }
}

export class Anonymous implements Mechanism {
  readonly name = "ANONYMOUS";

  initial(): Promise<Bytes> {
    return Promise.resolve(utf8(""));
  }

  respond(): Promise<Bytes> {
    return Promise.reject(new SaslError("ANONYMOUS has no challenge"));
  }

  verify(): Promise<void> {
    return Promise.resolve();
  }
}
