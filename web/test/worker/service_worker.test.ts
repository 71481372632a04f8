// SPDX-License-Identifier: MIT
//
// The service worker in a world of the test's own: pages that answer or sleep, a network that
// comes and goes.

import { deleteDB } from "idb";
import { beforeEach, expect, it } from "vitest";

import { SETTINGS_FACT, WISHES_FACT } from "../../src/model/notice.js";
import { Store, accountStore } from "../../src/model/store.js";
import type { Room } from "../../src/model/types.js";
import type { ReadingAnswer, WorkerLetter } from "../../src/worker/letters.js";
import type { WindowClient, WorkerEvents, WorkerScope } from "../../src/worker/scope.js";
import { ServiceWorker } from "../../src/worker/service_worker.js";

const ORIGIN = "https://verona.example";
const ACCOUNT = "romeo@verona.example";

interface Page extends WindowClient {
  readonly letters: WorkerLetter[];
  isFocused: boolean;
}

/** answer: undefined for a page that sleeps */
function page(answer?: ReadingAnswer, visibilityState: DocumentVisibilityState = "hidden"): Page {
  const made: Page = {
    url: `${ORIGIN}/`,
    visibilityState,
    letters: [],
    isFocused: false,
    focus() {
      made.isFocused = true;
      return Promise.resolve(made);
    },
    postMessage(letter, transfer) {
      made.letters.push(letter as WorkerLetter);
      if (answer) (transfer?.[0] as MessagePort | undefined)?.postMessage(answer);
    },
  };
  return made;
}

class World {
  readonly listeners = new Map<string, (event: never) => void>();
  readonly shown: { title: string; options: NotificationOptions }[] = [];
  readonly openedUrls: string[] = [];
  readonly kept = new Map<string, Response>();
  readonly network = new Map<string, () => Response>();
  readonly subscriptions: PushSubscriptionOptionsInit[] = [];
  pages: Page[] = [];

  constructor() {
    const cache = {
      match: (path: string) => Promise.resolve(this.kept.get(path)?.clone()),
      put: (path: string, answer: Response) => Promise.resolve(void this.kept.set(path, answer)),
      keys: () => Promise.resolve([...this.kept.keys()].map((path) => ({ url: ORIGIN + path }))),
      delete: ({ url }: { url: string }) => Promise.resolve(this.kept.delete(new URL(url).pathname)),
    };
    const scope = {
      location: { origin: ORIGIN },
      navigator: { language: "en" },
      caches: { open: () => Promise.resolve(cache) },
      indexedDB,
      registration: {
        pushManager: { subscribe: (options: PushSubscriptionOptionsInit) => Promise.resolve(void this.subscriptions.push(options)) },
        showNotification: (title: string, options: NotificationOptions) => Promise.resolve(void this.shown.push({ title, options })),
      },
      clients: {
        matchAll: () => Promise.resolve(this.pages),
        openWindow: (url: string) => Promise.resolve(void this.openedUrls.push(url)),
        claim: () => Promise.resolve(),
      },
      fetch: (request: Request | string) => {
        const answer = this.network.get(new URL(typeof request === "string" ? request : request.url).pathname);
        return answer ? Promise.resolve(answer()) : Promise.reject(new TypeError("no network"));
      },
      skipWaiting: () => Promise.resolve(),
      addEventListener: (name: string, listener: (event: never) => void) => this.listeners.set(name, listener),
    } as unknown as WorkerScope;
    new ServiceWorker(scope).listen();
  }

  serve(path: string, text: string, status = 200): void {
    // Of the same origin: what only a network can make.
    this.network.set(path, () => Object.defineProperty(new Response(text, { status }), "type", { value: "basic" }));
  }

  async tell<Name extends keyof WorkerEvents>(name: Name, event: Omit<WorkerEvents[Name], "waitUntil">): Promise<void> {
    let done: Promise<unknown> = Promise.resolve();
    this.listeners.get(name)?.({ ...event, waitUntil: (what: Promise<unknown>) => (done = what) } as never);
    await done;
  }

  push(value: object): Promise<void> {
    return this.tell("push", { data: { json: () => value } });
  }

  /** What the worker answers; undefined: it leaves it to the network. */
  async get(path: string, method = "GET"): Promise<string | undefined> {
    let answer: Promise<Response> | undefined;
    const request = { url: new URL(path, ORIGIN).href, method, mode: "navigate" } as Request;
    await this.tell("fetch", { request, respondWith: (given: Promise<Response>) => void (answer = given) });
    return answer && (await answer).text();
  }
}

const said = { account: ACCOUNT, kind: "message", "message-count": 2, "last-message-sender": "juliet@verona.example/balcony", "last-message-body": "Ay me!" };
let world: World;

beforeEach(async () => {
  await deleteDB(`jaseur:${ACCOUNT}`);
  world = new World();
});

async function write(facts: Record<string, string>): Promise<void> {
  const store = await Store.open(accountStore(ACCOUNT));
  for (const [name, value] of Object.entries(facts)) await store.setFact(name, value);
  await store.putContacts([{ jid: "juliet@verona.example", name: "Giulietta", subscription: "both", asked: false, groups: [] }], [], false);
  store.close();
}

it("shows what is pushed, and makes no database", async () => {
  await world.push(said);
  expect(world.shown).toMatchObject([{ title: "juliet", options: { body: "Ay me!", tag: "jaseur:juliet@verona.example" } }]);
  expect((await indexedDB.databases()).map(({ name }) => name)).not.toContain(`jaseur:${ACCOUNT}`);
});

it("with the name that the contact has, and as the settings of this device say", async () => {
  await write({ [SETTINGS_FACT]: JSON.stringify({ hidesText: true, language: "fr" }) });
  await world.push(said);
  expect(world.shown).toMatchObject([{ title: "Giulietta", options: { body: "Nouveau message" } }]);
});

it.each([
  [SETTINGS_FACT, JSON.stringify({ mutedUntil: Number.MAX_SAFE_INTEGER })],
  [WISHES_FACT, JSON.stringify({ "juliet@verona.example": "never" })],
])("is silent when that was wished (%s)", async (name, value) => {
  await write({ [name]: value });
  await world.push(said);
  expect(world.shown).toEqual([]);
});

it("in a public room tells what is for oneself, with its name and who speaks", async () => {
  await write({});
  const store = await Store.open(accountStore(ACCOUNT));
  const room = { jid: "park@rooms.verona.example", name: "The park", nick: "Monty", people: [], info: { isPublic: true } };
  await store.putRoom(room as unknown as Room);
  store.close();
  const there = { ...said, "last-message-sender": "park@rooms.verona.example/nurse" };
  await world.push({ ...there, "last-message-body": "anybody here?" });
  await world.push({ ...there, "last-message-body": "monty, are you here?" });
  expect(world.shown).toMatchObject([{ title: "The park", options: { body: "nurse: monty, are you here?" } }]);
});

it("does not tell what is being read, nor what a page tells", async () => {
  world.pages = [page(), page({ reading: "juliet@verona.example", tells: false }, "visible")];
  await world.push(said);
  world.pages = [page({ reading: "", tells: true })];
  await world.push(said);
  expect(world.shown).toEqual([]);
  world.pages = [page({ reading: "nurse@verona.example", tells: false }, "visible")];
  await world.push(said);
  expect(world.shown).toHaveLength(1);
});

it("a page that sleeps keeps nothing from being told", async () => {
  world.pages = [page()];
  await world.push(said);
  expect(world.shown).toHaveLength(1);
});

it("tells nothing of what is no push of our server", async () => {
  for (const value of [null, 7, [], {}, { account: 7 }, { account: "x".repeat(4000) }]) await world.push(value as object);
  await world.tell("push", { data: null });
  await world.tell("push", { data: { json: () => JSON.parse("{") as unknown } });
  expect(world.shown).toEqual([]);
});

it("a click goes to an open page, or opens one", async () => {
  const close = (): void => undefined;
  const notification = { data: { target: "chat=juliet%40verona.example" }, close };
  await world.tell("notificationclick", { notification });
  expect(world.openedUrls).toEqual(["/#chat=juliet%40verona.example"]);
  const hidden = page();
  const visible = page(undefined, "visible");
  world.pages = [hidden, visible];
  await world.tell("notificationclick", { notification });
  expect(visible.letters).toEqual([{ kind: "open", target: "chat=juliet%40verona.example" }]);
  expect([hidden.isFocused, visible.isFocused]).toEqual([false, true]);
  expect(world.openedUrls).toHaveLength(1);
});

it("another address at the push service: subscribes with the same key, and pages are told", async () => {
  const applicationServerKey = new ArrayBuffer(65);
  world.pages = [page()];
  await world.tell("pushsubscriptionchange", { oldSubscription: { options: { applicationServerKey, userVisibleOnly: true } } as PushSubscription });
  expect(world.subscriptions).toEqual([{ userVisibleOnly: true, applicationServerKey }]);
  expect(world.pages[0]?.letters).toEqual([{ kind: "resubscribed" }]);
});

it("without a network the page is there, in its last version", async () => {
  world.serve("/", "page 1");
  world.serve("/jaseur.js", "script 1");
  await world.tell("install", {});
  world.serve("/client/emoji-1.js", "emoji 1");
  await world.tell("message", { data: { kind: "keep", urls: [`${ORIGIN}/client/emoji-1.js`, "https://elsewhere.example/x.js", `${ORIGIN}/upload/secret`] } });
  world.serve("/", "page 2");
  expect(await world.get("/?lang=fr#chat=x")).toBe("page 2");
  world.network.clear();
  expect(await world.get("/")).toBe("page 2");
  expect(await world.get("/jaseur.js")).toBe("script 1");
  expect(await world.get("/client/emoji-1.js")).toBe("emoji 1");
  expect([...world.kept.keys()].sort()).toEqual(["/", "/client/emoji-1.js", "/jaseur.js"]);
  await expect(world.get("/client/emoji-2.js")).rejects.toThrow("no network");
});

it("while the server is restarted, the page is there", async () => {
  world.serve("/", "page 1");
  await world.tell("install", {});
  world.serve("/", "502 Bad Gateway", 502);
  expect(await world.get("/")).toBe("page 1");
});

it("answers for nothing but the page", async () => {
  for (const path of ["/upload/a/b.png", "/ws", "/http-bind", "/metrics", "/clients", "https://elsewhere.example/"]) expect(await world.get(path)).toBeUndefined();
  expect(await world.get("/", "POST")).toBeUndefined();
});

it("parts of old versions are let go", async () => {
  const urls = Array.from({ length: 250 }, (_, i) => `${ORIGIN}/client/part-${i}.js`);
  for (const url of urls) world.serve(new URL(url).pathname, "part");
  await world.tell("message", { data: { kind: "keep", urls } });
  expect(world.kept.size).toBe(200);
  expect(world.kept.has("/client/part-249.js")).toBe(true);
});
