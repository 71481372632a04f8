// SPDX-License-Identifier: MIT
//
// A server of the test's own: a fresh directory, any ports. It must end cleanly and without
// having logged an error.

import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const SETTINGS = [
  "workers=2",
  "listen.c2s.port=0",
  "listen.c2s_tls.port=0",
  "listen.web.port=0",
  "listen.turn.port=0",
  "listen.turn_tcp.port=0",
  "listen.turn_tls.port=0",
  "modules.accounts.iterations=4096",
];

/** What a healthy server never writes. */
const BAD_LINE = /^\S+Z error |Sanitizer|runtime error:|Assertion/;

const program = process.env.JASEUR_PROGRAM;

interface Ready {
  readonly listeners: readonly { readonly name: string; readonly port: number }[];
}

/** For servers that tell their own address, or are at the same after a restart. */
export async function freePort(): Promise<number> {
  const listener = createServer();
  await new Promise<void>((resolve) => listener.listen(0, resolve));
  const { port } = listener.address() as AddressInfo;
  await new Promise((resolve) => listener.close(resolve));
  return port;
}

export class Server {
  readonly directory = mkdtempSync(join(tmpdir(), "jaseur-web-"));
  readonly #log = join(this.directory, "log");
  readonly #settings: readonly string[];
  #process: ChildProcess | undefined;
  /** "https://localhost:PORT" */
  site = "";
  /** Of clients that begin with TLS. */
  tlsPort = 0;

  private constructor(settings: readonly string[]) {
    this.#settings = settings;
  }

  static async start(...settings: string[]): Promise<Server> {
    const server = new Server([...SETTINGS, ...settings]);
    await server.start();
    return server;
  }

  async start(): Promise<void> {
    if (!program) throw new Error("JASEUR_PROGRAM names no program");
    const settings = this.#settings.flatMap((setting) => ["--set", setting]);
    const log = openSync(this.#log, "a");
    const child = spawn(program, ["--data", join(this.directory, "data"), "serve", "--host", "localhost", ...settings], {
      stdio: ["ignore", "pipe", log],
    });
    this.#process = child;
    const line = await new Promise<string>((resolve, reject) => {
      if (child.stdout) createInterface(child.stdout).once("line", resolve);
      child.once("exit", () => reject(new Error(`the server did not start:\n${readFileSync(this.#log, "utf8")}`)));
    });
    const ready = JSON.parse(line.replace(/^ready /, "")) as Ready;
    const portOf = (wanted: string): number => ready.listeners.find(({ name }) => name === wanted)?.port ?? 0;
    this.site = `https://localhost:${portOf("web")}`;
    this.tlsPort = portOf("c2s_tls");
  }

  /** A subcommand against this server; returns what it printed. */
  run(...args: string[]): string {
    return execFileSync(program ?? "", ["--data", join(this.directory, "data"), ...args], { encoding: "utf8", timeout: 60_000 });
  }

  addUsers(...names: string[]): void {
    for (const name of names) this.run("user", "add", `${name}@localhost`, "--password", `secret of ${name}`);
  }

  async #end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#process;
    if (!child) return 0;
    this.#process = undefined;
    const ended = new Promise<number | null>((resolve) => child.once("exit", (status) => resolve(status)));
    child.kill(signal);
    return ended;
  }

  /** As a lost machine does. */
  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  async stop(): Promise<void> {
    const status = await this.#end("SIGTERM");
    const log = readFileSync(this.#log, "utf8");
    rmSync(this.directory, { recursive: true, force: true });
    const bad = log.split("\n").filter((line) => BAD_LINE.test(line));
    if (status !== 0 || bad.length) throw new Error(`the server ended with ${String(status)}:\n${bad.join("\n")}\n${log.slice(-3000)}`);
  }
}
