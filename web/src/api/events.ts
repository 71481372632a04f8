// SPDX-License-Identifier: MIT
//
// What pages are told of a client, made of its news.

import type { Unsubscribe } from "../core/emitter.js";
import type { Client } from "../model/client.js";
import type { ChatMessage, Contact, News } from "../model/types.js";
import type { Buddy, Events, Message } from "./jaseur.js";

export type Tell = <Name extends keyof Events>(name: Name, detail: Events[Name]) => void;

export function buddyOf(client: Client, { jid, groups, subscription }: Contact): Buddy {
  const { availability = "unknown", status } = client.people.knownPresenceOf(jid);
  return { jid, name: client.people.nameOf(jid), groups: [...groups], subscription, presence: availability, status };
}

function messageOf({ with: conversation, author, text, time, url }: ChatMessage): Message {
  return {
    conversation,
    kind: author ? "room" : "chat",
    from: author ? author.nick : conversation,
    text,
    time: new Date(time),
    ...(url === undefined ? {} : { url }),
  };
}

function sees(subscription: Contact["subscription"] | undefined): boolean {
  return subscription === "to" || subscription === "both";
}

/** Tells until it is unsubscribed. */
export function tellEvents(client: Client, tell: Tell): Unsubscribe {
  const subscriptions = new Map<string, Contact["subscription"]>();
  let requests: readonly string[] = [];
  let isOnline = false;
  let unread = "";

  const setContacts = (contacts: readonly Contact[]): void => {
    subscriptions.clear();
    for (const { jid, subscription } of contacts) subscriptions.set(jid, subscription);
  };

  const onContacts = ({ put, removed, all }: News & { kind: "contacts" }): void => {
    // The whole roster is what there is, not what has changed.
    if (all) setContacts(put);
    else
      for (const contact of put) {
        const before = subscriptions.get(contact.jid);
        subscriptions.set(contact.jid, contact.subscription);
        if (before === undefined) tell("jaseur-buddy-added", buddyOf(client, contact));
        if (sees(contact.subscription) && !sees(before)) tell("jaseur-buddy-accepted", buddyOf(client, contact));
      }
    for (const jid of removed) if (subscriptions.delete(jid)) tell("jaseur-buddy-removed", { jid });
  };

  const onReady = (): void => {
    const { connection } = client;
    if (isOnline || connection.kind !== "online") return;
    isOnline = true;
    tell("jaseur-connected", { jid: connection.jid });
  };

  const onConnection = ({ connection }: News & { kind: "connection" }): void => {
    if (connection.kind === "refused") {
      isOnline = false;
      tell("jaseur-disconnected", { reason: connection.condition });
    } else if (isOnline && (connection.kind === "waiting" || connection.kind === "offline")) {
      isOnline = false;
      tell("jaseur-disconnected", { reason: connection.kind === "waiting" ? "lost" : "closed" });
    }
  };

  const onUnread = (): void => {
    const waiting = client.conversations.all.filter((one) => one.unread > 0).map((one) => [one.with, one.unread] as const);
    const now = JSON.stringify([...waiting].sort());
    if (now === unread) return;
    unread = now;
    tell("jaseur-unread-changed", { count: client.conversations.unread, conversations: Object.fromEntries(waiting) });
  };

  const onNews = (news: News): void => {
    switch (news.kind) {
      case "snapshot":
        setContacts(news.snapshot.contacts);
        requests = news.snapshot.requests.map(({ jid }) => jid);
        if (news.snapshot.isReady) onReady();
        break;
      case "ready":
        onReady();
        break;
      case "connection":
        onConnection(news);
        break;
      case "contacts":
        onContacts(news);
        break;
      case "requests":
        for (const { jid, text } of news.requests) if (!requests.includes(jid)) tell("jaseur-buddy-request", { jid, text });
        requests = news.requests.map(({ jid }) => jid);
        break;
      case "presence": {
        const { jid, availability, status } = news.presence;
        tell("jaseur-presence-changed", { jid, presence: availability, status });
        break;
      }
      case "message":
        if (news.isNew) tell("jaseur-message", messageOf(news.message));
    }
  };

  const stop = [client.events.on("news", onNews), client.events.on("changed", onUnread)];
  return () => stop.forEach((unsubscribe) => unsubscribe());
}
