// SPDX-License-Identifier: MIT
//
// One login: from the features of a new stream to the session (XEP-0388 1.0.4, XEP-0386 1.1.0,
// XEP-0484 0.2.0, XEP-0198 section 9). All is asked for at once, so that a login takes two
// answers of the server, and one by a token.

import { fromBase64, toBase64 } from "./bytes.js";
import { NS_BIND2, NS_CARBONS, NS_CSI, NS_FAST, NS_SASL2, NS_SASL_ERRORS, NS_SM } from "./ns.js";
import { Anonymous, Bearer, HashedToken, SCRAM_HASHES, SaslError, Scram, type Mechanism } from "./sasl.js";
import { child, childText, descend, elements, text, xml, type Xml } from "./xml.js";

/** What somebody logs in with. */
export type Secret =
  | { readonly kind: "password"; readonly password: string }
  /** Of a portal: a single-use token or a JSON Web Token (RFC 7628). */
  | { readonly kind: "bearer"; readonly token: string }
  /** Of an earlier login (XEP-0484). */
  | { readonly kind: "fast"; readonly token: string; readonly count: number }
  | { readonly kind: "anonymous" };

export interface FastToken {
  readonly token: string;
  /** Milliseconds of Date.now(). */
  readonly expires: number;
}

export interface LoginWishes {
  /** Bare; "" when the secret says it. */
  readonly account: string;
  /** In the order in which they are tried. */
  readonly secrets: readonly Secret[];
  /** A UUID of this browser (XEP-0388 section 2.3.1). */
  readonly agent: string;
  readonly isInactive: boolean;
  readonly resume: { readonly id: string; readonly received: number } | undefined;
}

export interface LoggedIn {
  /** Full. */
  readonly jid: string;
  /** The server's; undefined: a new session was bound. */
  readonly resumed: Xml | undefined;
  /** Of a new session; undefined: without acknowledgements. */
  readonly enabled: Xml | undefined;
  readonly token: FastToken | undefined;
}

/** condition: of RFC 6120 section 6.5, or "no-mechanism", "server-unproven". */
export class LoginError extends Error {
  readonly condition: string;

  constructor(condition: string, detail = "") {
    super(detail ? `${condition}: ${detail}` : condition);
    this.name = "LoginError";
    this.condition = condition;
  }
}

const HT = "HT-SHA-256-NONE";

export interface LoginHandler {
  send(el: Xml): void;
  onLoggedIn(result: LoggedIn): void;
  onFailed(error: LoginError): void;
  /** This secret is worth nothing. */
  onRefused(secret: Secret): void;
}

export class Login {
  readonly #wishes: LoginWishes;
  readonly #handler: LoginHandler;
  readonly #left: Secret[];
  #offer: Xml | undefined; // the server's <authentication/>
  #secret: Secret | undefined;
  #mechanism: Mechanism | undefined;

  constructor(wishes: LoginWishes, handler: LoginHandler) {
    this.#wishes = wishes;
    this.#handler = handler;
    this.#left = [...wishes.secrets];
  }

  /** features: of the stream that was just opened. */
  start(features: Xml): void {
    this.#offer = child(features, "authentication", NS_SASL2);
    if (this.#offer) void this.#guard(this.#tryNext());
    else this.#handler.onFailed(new LoginError("no-mechanism", "the server has no SASL2"));
  }

  /** Any element of the SASL2 namespace. What comes behind it has to wait for the end of this. */
  take(el: Xml): Promise<void> {
    return this.#guard(this.#take(el));
  }

  #guard(step: Promise<void>): Promise<void> {
    return step.catch((error: unknown) => {
      const failure =
        error instanceof LoginError ? error : new LoginError(error instanceof SaslError ? "server-unproven" : "malformed", String(error));
      this.#handler.onFailed(failure);
    });
  }

  #mechanismFor(secret: Secret, offer: Xml): Mechanism | undefined {
    const offered = elements(offer, "mechanism").map(text);
    const local = this.#wishes.account.slice(0, this.#wishes.account.indexOf("@"));
    switch (secret.kind) {
      case "password": {
        const found = SCRAM_HASHES.find(([name]) => offered.includes(name));
        return found && new Scram(found[0], local, secret.password);
      }
      case "bearer":
        return offered.includes("OAUTHBEARER") ? new Bearer(this.#wishes.account, secret.token) : undefined;
      case "fast": {
        const fast = descend(offer, ["inline"], ["fast", NS_FAST]);
        return fast && elements(fast, "mechanism").some((one) => text(one) === HT) ? new HashedToken(local, secret.token) : undefined;
      }
      case "anonymous":
        return offered.includes("ANONYMOUS") ? new Anonymous() : undefined;
    }
  }

  async #tryNext(): Promise<void> {
    const offer = this.#offer;
    for (let secret; offer && (secret = this.#left.shift()); ) {
      const mechanism = this.#mechanismFor(secret, offer);
      if (!mechanism) continue;
      this.#secret = secret;
      this.#mechanism = mechanism;
      this.#handler.send(await this.#request(secret, mechanism, offer));
      return;
    }
    throw new LoginError(this.#secret || this.#wishes.secrets.length === 0 ? "not-authorized" : "no-mechanism");
  }

  async #request(secret: Secret, mechanism: Mechanism, offer: Xml): Promise<Xml> {
    const { resume, agent, isInactive } = this.#wishes;
    const inline = child(offer, "inline");
    const bind = child(inline, "bind", NS_BIND2);
    const features = bind ? elements(child(bind, "inline") ?? bind, "feature").map(({ attrs }) => attrs.var) : [];
    const fast = child(inline, "fast", NS_FAST);
    if (!bind) throw new LoginError("no-mechanism", "the server cannot bind");
    const givesTokens = fast && secret.kind !== "anonymous" && elements(fast, "mechanism").some((one) => text(one) === HT);
    return xml(
      "authenticate",
      NS_SASL2,
      { mechanism: mechanism.name },
      xml("initial-response", NS_SASL2, {}, toBase64(await mechanism.initial()) || "="),
      xml("user-agent", NS_SASL2, { id: agent }, xml("software", NS_SASL2, {}, "Jaseur")),
      givesTokens && secret.kind !== "fast" ? xml("request-token", NS_FAST, { mechanism: HT }) : undefined,
      secret.kind === "fast" ? xml("fast", NS_FAST, { count: secret.count }) : undefined,
      resume && child(inline, "sm", NS_SM) ? xml("resume", NS_SM, { previd: resume.id, h: resume.received }) : undefined,
      xml(
        "bind",
        NS_BIND2,
        {},
        xml("tag", NS_BIND2, {}, "Web"),
        features.includes(NS_CARBONS) ? xml("enable", NS_CARBONS) : undefined,
        features.includes(NS_SM) ? xml("enable", NS_SM, { resume: true }) : undefined,
        features.includes(NS_CSI) && isInactive ? xml("inactive", NS_CSI) : undefined,
      ),
    );
  }

  async #take(el: Xml): Promise<void> {
    const mechanism = this.#mechanism;
    if (!mechanism) throw new LoginError("malformed", `<${el.name}/> before a request`);
    if (el.name === "challenge")
      this.#handler.send(xml("response", NS_SASL2, {}, toBase64(await mechanism.respond(fromBase64(text(el))))));
    else if (el.name === "success") await this.#onSuccess(el, mechanism);
    else if (el.name === "failure") await this.#onFailure(el);
    else throw new LoginError("malformed", `<${el.name}/>`);
  }

  async #onSuccess(success: Xml, mechanism: Mechanism): Promise<void> {
    const additional = childText(success, "additional-data");
    await mechanism.verify(additional === undefined ? undefined : fromBase64(additional));
    const resumed = child(success, "resumed", NS_SM);
    const bound = child(success, "bound", NS_BIND2);
    const jid = childText(success, "authorization-identifier") ?? "";
    if (!resumed && (!bound || !jid.includes("/"))) throw new LoginError("malformed", "nothing was bound");
    const token = child(success, "token", NS_FAST);
    const expires = Date.parse(token?.attrs.expiry ?? "");
    this.#handler.onLoggedIn({
      jid,
      resumed,
      enabled: child(bound, "enabled", NS_SM),
      token: token?.attrs.token && !Number.isNaN(expires) ? { token: token.attrs.token, expires } : undefined,
    });
  }

  async #onFailure(failure: Xml): Promise<void> {
    const condition = elements(failure, undefined, NS_SASL_ERRORS)[0]?.name ?? "not-authorized";
    if (condition === "temporary-auth-failure") throw new LoginError(condition);
    if (this.#secret) this.#handler.onRefused(this.#secret);
    if (this.#left.length === 0) throw new LoginError(condition, childText(failure, "text"));
    await this.#tryNext();
  }
}
