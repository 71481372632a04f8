// SPDX-License-Identifier: MIT
//
// Two elements, one in the other, with parts to explain, in a page whose style is after everything.

import { PageMemory } from "../../../src/core/memory.js";
import { Tours } from "../../../src/elements/tours/tours.js";

class Inner extends HTMLElement {
  constructor() {
    super();
    const field = document.createElement("input");
    field.setAttribute("part", "search");
    field.ariaLabel = "Search";
    const tab = document.createElement("button");
    tab.setAttribute("part", "people-tab");
    tab.textContent = "People";
    tab.onclick = () => (tab.textContent = "People, pressed");
    const unseen = document.createElement("p");
    unseen.setAttribute("part", "log");
    unseen.hidden = true;
    this.attachShadow({ mode: "open" }).append(field, tab, unseen);
  }
}

class Outer extends HTMLElement {
  constructor() {
    super();
    this.attachShadow({ mode: "open" }).append(new Inner());
  }
}

customElements.define("x-inner", Inner);
customElements.define("x-outer", Outer);

const style = new CSSStyleSheet();
style.replaceSync("* { color: red !important; font: 30px cursive !important } dialog, button, section { display: none !important }");
document.adoptedStyleSheets = [style];
const menu = document.createElement("div");
menu.id = "menu";
menu.textContent = "Menu";
const outer = new Outer();
document.querySelector("main")?.append(menu, outer);
const tours = new Tours(new PageMemory());
tours.add({
  name: "portal",
  steps: [
    { selector: "#menu", title: { en: "The portal's menu", fr: "Le menu du portail" }, text: "Only here" },
    { part: "log", title: "Not in sight", text: "left out" },
    { part: "people-tab", action: "press", title: { en: "Here are people", fr: "Voici les gens" }, text: { en: "Press it", fr: "Pressez" } },
    { title: "The end", text: "of it" },
  ],
});

Object.assign(window, {
  start: (name: string, language: string) => outer.shadowRoot && tours.start(name, outer.shadowRoot, { language, direction: "ltr" }),
  isSeen: (name: string) => tours.isSeen(name),
  names: () => tours.names(),
});
