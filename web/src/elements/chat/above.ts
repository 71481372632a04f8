// SPDX-License-Identifier: MIT
//
// What opens above the page or the dock, and what for: a person, the settings, the media panel, the
// developer panel. Elements say what they want by events; what shows it is loaded then.

import { html, nothing, type ReactiveController, type ReactiveControllerHost, type TemplateResult } from "lit";

import type { Client } from "../../model/client.js";
import type { Showing } from "../media/showing.js";
import type { Notifier } from "../notices/notifier.js";
import { onDemand } from "../on_demand.js";
import type { Texts } from "../texts/texts.js";

/** What of <jaseur-chat> matters here. */
export interface Below extends ReactiveControllerHost {
  readonly mode: "page" | "dock";
  readonly embedded: string | undefined;
  readonly renderRoot: HTMLElement | DocumentFragment;
  developer: "" | "open" | null;
  /** Opens the conversation with somebody. */
  converseWith(jid: string): void;
}

interface Shown {
  readonly client: Client;
  readonly notifier: Notifier | undefined;
  readonly texts: Texts;
}

export class Above implements ReactiveController {
  readonly #below: Below;
  #person = ""; // about whom a dialog is open: an address, or "invite"
  #isSetting = false;
  #showing: Showing | undefined;
  #isDeveloperThere = false; // it was loaded
  #isCallThere = false;

  constructor(below: Below) {
    this.#below = below;
    below.addController(this);
  }

  get isMediaOpen(): boolean {
    return this.#showing !== undefined;
  }

  get isDeveloperOpen(): boolean {
    return this.#below.developer === "open" && this.#isDeveloperThere;
  }

  async openPerson(person: string): Promise<void> {
    const { definePeopleDialogs } = await import("../person/dialogs.js");
    definePeopleDialogs();
    this.#setPerson(person);
  }

  async openSettings(): Promise<void> {
    await onDemand("jaseur-settings", async () => (await import("../settings/jaseur-settings.js")).JaseurSettings);
    this.#setSetting(true);
  }

  async openMedia(showing: Showing): Promise<void> {
    await onDemand("jaseur-media", async () => (await import("../media/jaseur-media.js")).JaseurMedia);
    this.#show(showing);
  }

  hostUpdate(): void {
    if (this.#below.developer === "open" && !this.#isDeveloperThere) void this.#loadDeveloper();
  }

  hostUpdated(): void {
    // In the top layer, as the page below it is.
    this.#below.renderRoot.querySelector<HTMLElement>("jaseur-developer:not(:popover-open)")?.showPopover();
  }

  render(shown: Shown): TemplateResult {
    const { client, notifier, texts } = shown;
    return html`
      ${this.isDeveloperOpen
        ? html`<jaseur-developer
            popover="manual"
            .language=${texts.language}
            .feed=${client.developer}
            .account=${client.isSignedIn ? client.account : ""}
            @jaseur-close=${() => (this.#below.developer = "")}
          ></jaseur-developer>`
        : nothing}
      ${client.calls.current || client.calls.ended || this.#isCallThere ? this.#call(shown) : nothing}
      ${this.#isSetting
        ? html`<jaseur-settings .texts=${texts} .client=${client} .notifier=${notifier} @jaseur-close=${() => this.#setSetting(false)}></jaseur-settings>`
        : nothing}
      ${this.#showing && client.isSignedIn ? this.#media(this.#showing, shown) : nothing} ${this.#person ? this.#aboutPeople(shown) : nothing}
    `;
  }

  /** From the first call on: it hears how calls end. */
  #call({ client, texts }: Shown): TemplateResult | typeof nothing {
    if (this.#isCallThere) return html`<jaseur-call popover="manual" .texts=${texts} .client=${client}></jaseur-call>`;
    void this.#loadCall();
    return nothing;
  }

  async #loadCall(): Promise<void> {
    await onDemand("jaseur-call", async () => (await import("../call/jaseur-call.js")).JaseurCall);
    this.#isCallThere = true;
    this.#below.requestUpdate();
  }

  #media(showing: Showing, { client, texts }: Shown): TemplateResult {
    const { embedded, mode } = this.#below;
    return html`<jaseur-media
      .texts=${texts}
      .client=${client}
      .showing=${showing}
      .embedded=${embedded?.split(/[\s,]+/)}
      .side=${mode === "dock" ? "start" : "end"}
      @jaseur-show=${({ detail }: CustomEvent<Showing>) => this.#show(detail)}
      @jaseur-close=${() => this.#show(undefined)}
    ></jaseur-media>`;
  }

  #aboutPeople({ client, texts }: Shown): TemplateResult {
    const close = (): void => this.#setPerson("");
    if (this.#person === "invite") return html`<jaseur-invite .texts=${texts} .client=${client} @jaseur-close=${close}></jaseur-invite>`;
    if (this.#person === client.account) return html`<jaseur-profile .texts=${texts} .client=${client} @jaseur-close=${close}></jaseur-profile>`;
    return html`<jaseur-person
      .texts=${texts}
      .client=${client}
      .jid=${this.#person}
      @jaseur-close=${close}
      @jaseur-choose=${({ detail }: CustomEvent<{ jid: string }>) => this.#below.converseWith(detail.jid)}
    ></jaseur-person>`;
  }

  async #loadDeveloper(): Promise<void> {
    const { defineDeveloper } = await import("../developer/jaseur-developer.js");
    defineDeveloper();
    this.#isDeveloperThere = true;
    this.#below.requestUpdate();
  }

  #setPerson(person: string): void {
    this.#person = person;
    this.#below.requestUpdate();
  }

  #setSetting(isSetting: boolean): void {
    this.#isSetting = isSetting;
    this.#below.requestUpdate();
  }

  #show(showing: Showing | undefined): void {
    this.#showing = showing;
    this.#below.requestUpdate();
  }
}
