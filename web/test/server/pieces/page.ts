// SPDX-License-Identifier: MIT
//
// A page with each of the elements that others are made of, for pieces.test.ts.

import { LitElement, css, html, nothing, type TemplateResult } from "lit";

import { feedback } from "../../../src/elements/feedback/feedback.js";
import type { JaseurFeedback } from "../../../src/elements/feedback/jaseur-feedback.js";
import { icon, type IconName } from "../../../src/elements/icons/icons.js";
import { PIECES } from "../../../src/elements/pieces.js";
import { tokens } from "../../../src/elements/style.js";
import { en } from "../../../src/elements/texts/en.js";
import { Texts } from "../../../src/elements/texts/texts.js";
import { tip } from "../../../src/elements/tip/tip.js";

const ICONS: readonly IconName[] = (
  "attach back bell bellOff block calendar camera chat check checks clock close code copy download edit emoji expand external eye file flag fold forward " +
  "globe help image info link lock menu microphone minus more next panel pause people person personAdd phone pin play plus power previous qr refresh " +
  "reply room screen search send settings sound soundOff star stop trash unfold upload video warning"
).split(" ") as IconName[];

class XPieces extends LitElement {
  static override properties = { isAsking: { state: true }, tab: { state: true }, picked: { state: true }, texts: { attribute: false } };
  static override styles = [
    tokens,
    css`
      main {
        min-height: 100vh;
        margin: -8px;
        padding: 1em;
        background: var(--paper);
      }
    `,
  ];

  declare isAsking: boolean;
  declare tab: string;
  declare picked: string;
  declare texts: Texts;

  constructor() {
    super();
    this.isAsking = false;
    this.tab = "one";
    this.picked = "";
    this.texts = new Texts("en");
    this.addEventListener("jaseur-feedback", (event) => {
      this.renderRoot.querySelector<JaseurFeedback>("jaseur-feedback")?.say((event as CustomEvent<{ text: string }>).detail);
    });
  }

  protected override render(): TemplateResult {
    const { texts } = this;
    return html`<main dir=${texts.direction}>
      <h1>Pieces</h1>
      <p>${ICONS.map((name) => icon(name))}</p>
      <p>
        <button id="ask" @click=${() => (this.isAsking = true)}>Ask</button>
        <button popovertarget="menu">Menu</button>
        <jaseur-menu
          id="menu"
          label="Deeds"
          .items=${[
            { name: "reply", label: "Reply", icon: "reply" },
            { name: "copy", label: "Copy", icon: "copy" },
            { name: "correct", label: "Correct", icon: "edit", isDisabled: true },
            { name: "remove", label: "Remove", icon: "trash", isBad: true, beginsGroup: true },
          ]}
          @jaseur-pick=${({ detail }: CustomEvent<{ name: string }>) => (this.picked = detail.name)}
        ></jaseur-menu>
        <button popovertarget="card">Card</button>
        <jaseur-popover id="card" label="A card" edge="middle"><span>Something <button autofocus>inside</button></span></jaseur-popover>
        <button class="bare" id="tip" ${tip("Settings")}>${icon("settings")}</button>
        <button @click=${() => feedback(this, "It is done.", { action: { label: "Undo", run: () => (this.picked = "undone") } })}>Do</button>
        <button @click=${() => feedback(this, "It went wrong.", { isBad: true })}>Fail</button>
        <jaseur-emoji .texts=${texts} label="Emoji" @jaseur-emoji=${({ detail }: CustomEvent<{ emoji: string }>) => (this.picked = detail.emoji)}></jaseur-emoji>
        <output>${this.picked}</output>
      </p>
      <jaseur-switch label="Sounds" hint="When somebody writes" @jaseur-change=${() => (this.picked = "switched")}></jaseur-switch>
      <jaseur-tabs
        label="Views"
        chosen=${this.tab}
        .tabs=${[
          { name: "one", label: "One" },
          { name: "two", label: "Two", count: 120, countLabel: "120 new" },
          { name: "three", label: "Three" },
        ]}
        @jaseur-tab=${({ detail }: CustomEvent<{ name: string }>) => (this.tab = detail.name)}
        ><p>View ${this.tab}</p></jaseur-tabs
      >
      ${this.isAsking
        ? html`<jaseur-dialog .texts=${texts} heading="Sign out?" @jaseur-close=${() => (this.isAsking = false)}>
            <label>Why <input autofocus /></label>
            <button slot="actions" @click=${() => (this.isAsking = false)}>Stay</button>
            <button slot="actions" class="first">Sign out</button>
          </jaseur-dialog>`
        : nothing}
      <jaseur-feedback .texts=${texts}></jaseur-feedback>
    </main>`;
  }
}

for (const [name, element] of Object.entries({ ...PIECES, "x-pieces": XPieces })) customElements.define(name, element);
// A language that is written from right to left, and in which everything can be read.
if (location.search === "?rtl") document.querySelector<XPieces>("x-pieces")!.texts = new Texts("ar", en);
