// SPDX-License-Identifier: MIT
//
// <jaseur-popover>: anything that floats beside a button:
//
//     <button popovertarget="card">…</button>
//     <jaseur-popover id="card" label=${…}>…</jaseur-popover>
//
// Properties  label, anchor (beside what it floats, instead of the button), side ("below",
//             "above"), edge ("start", "end", "middle")
// Events      beforetoggle, toggle (the browser's own)
// Slots       the content; what has `autofocus` gets the focus

import { html, type TemplateResult } from "lit";

import { Floating } from "./floating.js";

export class JaseurPopover extends Floating {
  static override properties = { ...Floating.properties, label: {} };

  declare label: string;

  constructor() {
    super();
    this.label = "";
  }

  protected override render(): TemplateResult {
    return html`<div role="dialog" aria-label=${this.label}><slot></slot></div>`;
  }

  protected override takeFocus(): void {
    this.querySelector<HTMLElement>("[autofocus]")?.focus();
  }
}
