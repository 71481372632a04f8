// SPDX-License-Identifier: MIT
//
// What an engine is made of: a part for each subject of the account's state (parts/).

import type { Connection } from "../core/connection.js";
import type { Xml } from "../core/xml.js";
import type { LeftLocks } from "./calls/left.js";
import type { Later } from "./later.js";
import type { Store } from "./store.js";
import type { News, Snapshot } from "./types.js";

/** What a part has around it. */
export interface Host {
  readonly connection: Connection;
  /** Bare. */
  readonly account: string;
  /** Throws a StanzaError before an account is known. */
  readonly store: Store;
  /** Of the browser, if it has them. */
  readonly locks: LeftLocks | undefined;
  /** How many stanzas have come, without answers to what was asked. */
  readonly arrivals: number;
  /** Resolves to the answer's <iq/>; rejects with a StanzaError. */
  ask(type: "get" | "set", payload: Xml, to?: string): Promise<Xml>;
  /** Of the account, with what the client can (XEP-0115). */
  sendPresence(stanza: Xml): Promise<void>;
  /** To all tabs. */
  tell(news: News): void;
  /** After everything that came before it. */
  do(step: () => Promise<void>): void;
  /** Milliseconds of the epoch. No two moments are the same: messages are in their order. */
  now(): number;
  /** Ends the session for good: nothing of the account stays in this browser. */
  forget(): Promise<void>;
}

/** How a session began. */
export interface Session {
  /** Nothing of an earlier one holds. */
  readonly isNew: boolean;
  /** Of the earlier one; perhaps not handled. */
  readonly lost: readonly Xml[];
  /** When, by now(). */
  readonly began: number;
}

/** What tabs may ask for: names of methods whose arguments and answers are plain values. */
export interface Asked {
  readonly asks: readonly string[];
}

/** Everything is optional but what tabs may ask for. Steps run one after the other. */
export interface Part extends Asked {
  /** Is asked in this part's place, and not in the first load. */
  readonly later?: Later<Asked>;
  /** What this part makes the client understand (XEP-0030). */
  readonly features?: readonly string[];
  /** Reads what the store knows. */
  load?(): Promise<void>;
  onSession?(session: Session): Promise<void>;
  /** At once, before its turn comes; true: it was the answer to something this part asks. */
  takesAnswer?(stanza: Xml): boolean;
  onPresence?(stanza: Xml): void;
  /** arrival: its number, in the order in which stanzas came; true: it is nobody else's */
  onMessage?(stanza: Xml, arrival: number): Promise<boolean>;
  /** A notification of a node (XEP-0060 section 7.1.2), which no message is made of. */
  onEvent?(stanza: Xml, arrival: number): Promise<void>;
  /** The server has handled what was sent. */
  onAcknowledged?(stanzas: readonly Xml[]): Promise<void>;
  /** Something was told to all tabs, by whatever part. */
  onNews?(news: News): void;
  /** The session is about to end for good: the last that the server is asked. */
  onLeaving?(): Promise<void>;
  /** Nobody is signed in any more. */
  forget?(): void;
  /** The page goes away. */
  stop?(): void;
  /**
   * What the server has said and will not say again while the session lasts; written down at once.
   * undefined: it is too much, and the next page has to begin a session.
   */
  handOver?(): string | undefined;
  /** Of an earlier page, whose session goes on with this one. */
  takeOver?(kept: string): void;
  /** What this part knows, for a tab that comes. */
  snapshot?(): Partial<Snapshot>;
}
