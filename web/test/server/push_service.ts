// SPDX-License-Identifier: MIT
//
// A browser's push service and its keys: takes what the server pushes (RFC 8030) and decrypts it
// (RFC 8291).

import { createDecipheriv, createECDH, hkdfSync, randomBytes } from "node:crypto";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { eventually } from "./eventually.js";

export class PushService {
  readonly #directory = mkdtempSync(join(tmpdir(), "jaseur-push-"));
  readonly #keys = createECDH("prime256v1");
  readonly #auth = randomBytes(16);
  readonly #pushed: string[] = [];
  /** Of the authority that its certificate is by, for http_client.ca. */
  readonly authority = join(this.#directory, "certificate.pem");
  readonly #server;

  constructor() {
    const key = join(this.#directory, "key.pem");
    const request = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
    const names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
    execFileSync("openssl", [...request, ...names, "-keyout", key, "-out", this.authority], { stdio: "ignore" });
    this.#keys.generateKeys();
    this.#server = createServer({ key: readFileSync(key), cert: readFileSync(this.authority) }, (request, answer) => {
      const parts: Buffer[] = [];
      request.on("data", (part: Buffer) => parts.push(part));
      request.on("end", () => {
        this.#pushed.push(this.#decrypt(Buffer.concat(parts)));
        answer.writeHead(201, { Location: "/message/1" }).end();
      });
    });
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, "localhost", resolve));
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** As PushSubscription.toJSON() gives it. */
  get subscription(): { endpoint: string; keys: { p256dh: string; auth: string } } {
    const keys = { p256dh: this.#keys.getPublicKey().toString("base64url"), auth: this.#auth.toString("base64url") };
    return { endpoint: `https://localhost:${this.port}/push/1`, keys };
  }

  /** The next that was pushed: JSON. */
  next(): Promise<string> {
    return eventually(() => this.#pushed.shift());
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  /** One record of aes128gcm (RFC 8188 section 2). */
  #decrypt(body: Buffer): string {
    const salt = body.subarray(0, 16);
    const sender = body.subarray(21, 21 + (body[20] ?? 0));
    const sealed = body.subarray(21 + sender.length);
    const derive = (key: Buffer, with_: Buffer, info: Buffer, bytes: number): Buffer => Buffer.from(hkdfSync("sha256", key, with_, info, bytes));
    const info = Buffer.concat([Buffer.from("WebPush: info\0"), this.#keys.getPublicKey(), sender]);
    const secret = derive(this.#keys.computeSecret(sender), this.#auth, info, 32);
    const opener = createDecipheriv(
      "aes-128-gcm",
      derive(secret, salt, Buffer.from("Content-Encoding: aes128gcm\0"), 16),
      derive(secret, salt, Buffer.from("Content-Encoding: nonce\0"), 12),
    );
    opener.setAuthTag(sealed.subarray(-16));
    const padded = Buffer.concat([opener.update(sealed.subarray(0, -16)), opener.final()]);
    return padded.subarray(0, padded.lastIndexOf(2)).toString();
  }
}
