// SPDX-License-Identifier: MIT
//
// <jaseur-virtual>: a list of any length, whose rows have heights nobody knows before they are
// there. Only rows near what is in sight are elements; space stands for the others.
//
// What is being read never moves by itself: rows are put above or below, turn out to be higher
// than was guessed or grow, and the first row in sight (the anchor) stays where it is. At the end
// the list stays at the end. While somebody scrolls, the space above takes the difference
// (#drift), because a position that is set would stop the movement; it is evened out afterwards.
//
// Heights come from a ResizeObserver, before anything is painted: nothing is measured here.
//
// Rows are its light children, so that the styles of the element around it are theirs, with
// `virtualStyle`. Of each row the element with the attribute `tabindex` can be chosen by keys:
// up, down, page up, page down, home, end. One of them is in the order of tabs.
//
// Properties  items, keyOf, guess (an item's height in pixels, before it is known),
//             row (draws an item; isStop: its tabindex is 0),
//             sticks (false: what is added at the end is not followed)
// Events      jaseur-near { edge: "start" | "end" }   rows there come into sight soon
//             jaseur-at-end { isAtEnd }               of a list that sticks
//             jaseur-seen { first, last }             indexes of rows in sight

import { LitElement, css, html, type PropertyValues, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";

import { Heights } from "./heights.js";

export type DrawRow<Item> = (item: Item, index: number, isStop: boolean) => TemplateResult;

export interface NearDetail {
  readonly edge: "start" | "end";
}

export interface SeenDetail {
  readonly first: number;
  readonly last: number;
}

/** Where a row is put, of what is in sight. */
export type Place = "start" | "middle" | "end";

const BEYOND = 600; // pixels above and below what is in sight
const ROWS_MAX = 300; // elements
const NEAR = 1200; // pixels from an edge
const AT_END = 24; // pixels: as good as at the end
/** Without movement: who says when a movement is over may be slow meanwhile. */
const REST_MS = "onscrollend" in globalThis ? 1000 : 150;

interface Anchor {
  readonly key: string;
  readonly index: number;
  /** Of its upper edge, below that of the list. */
  readonly y: number;
}

export const virtualStyle = css`
  jaseur-virtual {
    display: flex;
    flex-direction: column;
    min-height: 0;
    overflow: hidden auto;
    overflow-anchor: none;
    overscroll-behavior: contain;
  }

  .virtual-rows {
    flex: none;
    margin-block-start: auto;
  }

  .virtual-row {
    display: flow-root;
  }
`;

export class JaseurVirtual<Item = unknown> extends LitElement {
  static override properties = {
    items: { attribute: false },
    keyOf: { attribute: false },
    guess: { attribute: false },
    row: { attribute: false },
    sticks: { attribute: false },
  };

  declare items: readonly Item[];
  declare keyOf: (item: Item) => string;
  declare guess: (item: Item) => number;
  declare row: DrawRow<Item>;
  declare sticks: boolean;
  readonly #heights = new Heights();
  #keys: readonly string[] = [];
  #known = new Set<string>(); // whose height was measured
  #first = 0; // row that is an element
  #last = -1;
  #top = 0; // of what is in sight, in pixels of the content
  #set = 0; // where the browser was told to be, or said that it is
  #view = 0; // height of what is in sight
  #drift = 0; // how far the rows are below where they should be
  #anchor: Anchor | undefined;
  #isAtEnd = true;
  #stop = ""; // key of the row in the order of tabs
  #wantsFocus = false; // of that row, when it is there
  #resting: ReturnType<typeof setTimeout> | undefined; // set: somebody scrolls
  #frame = 0;
  #observer: ResizeObserver | undefined;
  readonly #observed = new Map<Element, string>();
  readonly #nearSaid = new Set<NearDetail["edge"]>();
  #seenSaid = "";

  constructor() {
    super();
    this.items = [];
    this.keyOf = String;
    this.guess = () => 48;
    this.row = () => html``;
    this.sticks = true;
  }

  get isAtEnd(): boolean {
    return this.#isAtEnd;
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#observer = new ResizeObserver((entries) => this.#onResize(entries));
    this.#observer.observe(this);
    this.addEventListener("scroll", this.#onScroll, { passive: true });
    this.addEventListener("scrollend", this.#onRest);
    this.addEventListener("keydown", this.#onKey);
    this.addEventListener("focusin", this.#onFocus);
    this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#observer?.disconnect();
    this.#observed.clear();
    this.removeEventListener("scroll", this.#onScroll);
    this.removeEventListener("scrollend", this.#onRest);
    this.removeEventListener("keydown", this.#onKey);
    this.removeEventListener("focusin", this.#onFocus);
    clearTimeout(this.#resting);
    this.#resting = undefined;
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
  }

  // --- wishes ------------------------------------------------------------------------------------

  scrollToEnd(): void {
    const last = this.#keys.length - 1;
    if (!this.sticks) this.scrollToRow(this.#keys[last] ?? "", "end");
    else this.#setAtEnd(true);
    this.requestUpdate();
  }

  /** Returns whether there is such a row. */
  scrollToRow(key: string, place: Place = "middle"): boolean {
    const index = this.#indexOf(key);
    if (index < 0) return false;
    const free = Math.max(0, this.#view - this.#heights.of(index));
    this.#anchor = { key, index, y: place === "start" ? 0 : place === "end" ? free : free / 2 };
    this.#settle();
    this.#setAtEnd(false);
    this.#top = this.#topOf(this.#anchor);
    this.requestUpdate();
    return true;
  }

  /** As scrollToRow; the row gets the focus. */
  focusRow(key: string, place: Place = "middle"): boolean {
    if (!this.scrollToRow(key, place)) return false;
    this.#stop = key;
    this.#wantsFocus = true;
    return true;
  }

  // --- drawing -----------------------------------------------------------------------------------

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has("items")) this.#takeItems();
    if (!this.sticks) this.#setAtEnd(false);
    this.#choose();
    const hasFocus = this.contains((this.getRootNode() as Document | ShadowRoot).activeElement);
    // Who comes to the end from elsewhere comes to the last row.
    const isLast = this.#isAtEnd && !hasFocus && !this.#wantsFocus;
    if (isLast || !this.#isElement(this.#indexOf(this.#stop))) {
      // The focus would be lost with the row.
      if (hasFocus) this.focus({ preventScroll: true });
      this.#stop = this.#keys[Math.min(this.#last, this.#heights.at(this.#top + this.#view - this.#drift - 1))] ?? "";
    }
    this.tabIndex = this.#stop ? -1 : 0;
  }

  protected override render(): TemplateResult {
    const rows = this.items.slice(this.#first, this.#last + 1);
    return html`<div class="virtual-rows" role="presentation">
      <div class="virtual-space" role="presentation"></div>
      ${repeat(rows, this.keyOf, (item, i) => {
        const index = this.#first + i;
        const key = this.#keys[index] ?? "";
        return html`<div class="virtual-row" role="presentation">${this.row(item, index, key === this.#stop)}</div>`;
      })}
      <div class="virtual-space" role="presentation"></div>
    </div>`;
  }

  protected override updated(): void {
    const rows = [...this.querySelectorAll(":scope > .virtual-rows > .virtual-row")];
    const here = new Set(rows);
    const added = rows.filter((row) => !this.#observed.has(row));
    for (const row of this.#observed.keys())
      if (!here.has(row)) {
        this.#observer?.unobserve(row);
        this.#observed.delete(row);
      }
    rows.forEach((row, i) => {
      this.#observed.set(row, this.#keys[this.#first + i] ?? "");
    });
    for (const row of added) this.#observer?.observe(row);
    // Also before the heights of new rows are there: the browser would take the old position for as much
    // as the new content has, and that would look as if somebody had scrolled.
    this.#place();
    if (this.#wantsFocus) {
      this.#wantsFocus = false;
      this.#stopOf(this.#stop)?.focus({ preventScroll: true });
    }
    this.#later();
  }

  /** Heights of rows that stay are kept, and the anchor is the same row, or one near it. */
  #takeItems(): void {
    const keys = this.items.map(this.keyOf);
    const old = this.#keys;
    const most = Math.min(keys.length, old.length);
    let same = 0;
    while (same < most && keys[same] === old[same]) same++;
    let sameEnd = 0;
    while (sameEnd < most - same && keys.at(-1 - sameEnd) === old.at(-1 - sameEnd)) sameEnd++;
    const between = new Map(keys.slice(same, keys.length - sameEnd).map((key, i) => [key, same + i]));
    const now = (i: number): number | undefined =>
      i < same ? i : i >= old.length - sameEnd ? i + keys.length - old.length : between.get(old[i] ?? "");

    const heights = new Float64Array(keys.length).fill(-1);
    old.forEach((key, i) => {
      const index = now(i);
      if (index !== undefined && this.#known.has(key)) heights[index] = this.#heights.of(i);
    });
    this.items.forEach((item, i) => {
      if ((heights[i] ?? -1) < 0) heights[i] = this.guess(item);
    });
    this.#anchor = this.#movedAnchor(now, keys);
    this.#keys = keys;
    this.#heights.reset(heights);
    if (this.#known.size > 2 * keys.length + ROWS_MAX) {
      const here = new Set(keys);
      this.#known = new Set([...this.#known].filter((key) => here.has(key)));
    }
    this.#nearSaid.clear();
    if (this.#anchor) this.#top = this.#topOf(this.#anchor);
  }

  #movedAnchor(now: (index: number) => number | undefined, keys: readonly string[]): Anchor | undefined {
    if (!this.#anchor) return undefined;
    const { index: was, y } = this.#anchor;
    const edge = this.#heights.before(was);
    for (let away = 0; away < ROWS_MAX; away++)
      for (const i of [was + away, was - away]) {
        const index = i >= 0 && i < this.#keys.length ? now(i) : undefined;
        if (index !== undefined) return { key: keys[index] ?? "", index, y: y + this.#heights.before(i) - edge };
      }
    return undefined;
  }

  /** Which rows are elements. */
  #choose(): void {
    if (this.#isAtEnd) this.#top = this.#most();
    const top = Math.min(this.#top, this.#most()) - this.#drift;
    this.#first = this.#heights.at(top - BEYOND);
    this.#last = Math.min(this.#heights.at(top + this.#view + BEYOND), this.#first + ROWS_MAX, this.#keys.length - 1);
  }

  #topOf({ index, y }: Anchor): number {
    return this.#heights.before(index) + this.#drift - y;
  }

  #isElement(index: number): boolean {
    return index >= this.#first && index <= this.#last;
  }

  #indexOf(key: string): number {
    return key === "" ? -1 : this.#keys.indexOf(key);
  }

  /** The lowest position. */
  #most(): number {
    return Math.max(0, this.#heights.total + this.#drift - this.#view);
  }

  /** What stands for the rows that are no elements. */
  #space(): void {
    const above = this.#heights.before(this.#first) + this.#drift;
    const below = this.#heights.total - this.#heights.before(this.#last + 1);
    const [before, after] = this.querySelectorAll<HTMLElement>(":scope > .virtual-rows > .virtual-space");
    if (before) before.style.height = `${Math.max(0, above)}px`;
    if (after) after.style.height = `${Math.max(0, below)}px`;
  }

  /** Space and position. */
  #place(): void {
    // Where the rows begin there is nothing that could take the difference.
    const isBeyond = this.#first === 0 || this.#heights.before(this.#first) + this.#drift < 0;
    if (this.#drift !== 0 && (isBeyond || this.#resting === undefined)) this.#settle();
    this.#space();
    const most = this.#most();
    if (this.#isAtEnd) this.#top = most;
    const top = Math.max(0, Math.min(this.#top, most));
    if (Math.abs(top - this.#set) < 1) return;
    this.#set = top;
    // The browser's end may be a pixel further than the sum.
    this.scrollTop = this.#isAtEnd ? top + AT_END : top;
  }

  /** Evens the drift out: the rows and the position move by as much. */
  #settle(): void {
    this.#top -= this.#drift;
    this.#drift = 0;
  }

  // --- what happens --------------------------------------------------------------------------------

  #onResize(entries: readonly ResizeObserverEntry[]): void {
    const anchor = this.#anchor;
    const was = anchor && this.#topOf(anchor);
    const indexes = new Map<string, number>();
    for (let i = this.#first; i <= this.#last; i++) indexes.set(this.#keys[i] ?? "", i);
    for (const { target, borderBoxSize, contentRect } of entries) {
      const height = borderBoxSize[0]?.blockSize ?? contentRect.height;
      if (target === this) {
        this.#view = height;
        this.#set = -1; // a list that was not shown is at its start
        continue;
      }
      const key = this.#observed.get(target);
      const index = key === undefined ? undefined : indexes.get(key);
      // A list that is not shown has no heights.
      if (key === undefined || index === undefined || (height === 0 && this.#view === 0)) continue;
      this.#heights.set(index, height);
      this.#known.add(key);
    }
    if (anchor && was !== undefined && !this.#isAtEnd) {
      const more = this.#topOf(anchor) - was;
      if (this.#resting === undefined) this.#top += more;
      else this.#drift -= more;
    }
    this.#place();
    // Not now: rows that are observed here would be told of in the next frame only, with an error.
    this.#later();
  }

  #later(): void {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      const top = Math.min(this.#top, this.#most()) - this.#drift;
      const isCovered =
        this.#first <= this.#heights.at(top - BEYOND / 2) && this.#last >= this.#heights.at(top + this.#view + BEYOND / 2);
      if (!isCovered && this.#last - this.#first < ROWS_MAX) this.requestUpdate();
      else this.#tell();
    });
  }

  readonly #onScroll = (): void => {
    const { scrollTop } = this;
    if (Math.abs(scrollTop - this.#set) < 2) return; // it was set here
    // Where rows are lower than was guessed the browser goes up by itself, as far as its own end, and says
    // so before it tells their heights: nobody has scrolled.
    if (this.#isAtEnd && this.scrollHeight - this.clientHeight - scrollTop < 2) {
      this.#set = scrollTop;
      return;
    }
    const isUp = scrollTop < this.#set;
    this.#set = this.#top = scrollTop;
    clearTimeout(this.#resting);
    this.#resting = setTimeout(this.#onRest, REST_MS);
    // What was added below has made no distance: only somebody who goes up leaves the end.
    const isAtEnd = this.#most() - scrollTop <= AT_END;
    if (isAtEnd || isUp) this.#setAtEnd(isAtEnd);
    if (!this.#isAtEnd) this.#drop();
    this.#later();
  };

  /** The anchor is the first row in sight; if its height is only guessed, the first where it is not. */
  #drop(): void {
    const top = this.#top - this.#drift;
    const first = this.#heights.at(top);
    const last = this.#heights.at(top + this.#view);
    let index = first;
    while (index < last && !this.#known.has(this.#keys[index] ?? "")) index++;
    if (!this.#known.has(this.#keys[index] ?? "")) index = first;
    const key = this.#keys[index];
    this.#anchor = key === undefined ? undefined : { key, index, y: this.#heights.before(index) + this.#drift - this.#top };
  }

  readonly #onRest = (): void => {
    if (this.#resting === undefined) return;
    clearTimeout(this.#resting);
    this.#resting = undefined;
    this.#place();
    this.#later();
  };

  #setAtEnd(wanted: boolean): void {
    const isAtEnd = wanted && this.sticks;
    if (this.#isAtEnd === isAtEnd) return;
    this.#isAtEnd = isAtEnd;
    if (!isAtEnd && !this.#anchor) this.#drop();
    if (isAtEnd) this.#anchor = undefined;
    this.dispatchEvent(new CustomEvent("jaseur-at-end", { detail: { isAtEnd } }));
  }

  /** What is in sight, and that an edge is near; all heights there are known. */
  #tell(): void {
    if (this.#view === 0 || !this.#keys.length) return;
    const most = this.#most();
    const top = Math.max(0, Math.min(this.#top, most)) - this.#drift;
    if (this.#resting === undefined && this.#drift === 0) {
      // Where a row was wanted that cannot be there, the next that comes below shall not move it.
      if (this.#top !== top) {
        this.#top = top;
        this.#drop();
      }
      if (most - top <= AT_END) this.#setAtEnd(true);
    }
    const first = this.#heights.at(top);
    const last = this.#heights.at(top + this.#view - 1);
    const seen = `${this.#keys[first] ?? ""} ${this.#keys[last] ?? ""}`;
    if (seen !== this.#seenSaid) {
      this.#seenSaid = seen;
      this.dispatchEvent(new CustomEvent<SeenDetail>("jaseur-seen", { detail: { first, last } }));
    }
    const distances = { start: top, end: this.#heights.total - top - this.#view };
    for (const edge of ["start", "end"] as const) {
      const isNear = distances[edge] < NEAR;
      if (isNear && !this.#nearSaid.has(edge)) this.dispatchEvent(new CustomEvent<NearDetail>("jaseur-near", { detail: { edge } }));
      if (isNear) this.#nearSaid.add(edge);
      else this.#nearSaid.delete(edge);
    }
  }

  // --- keys ----------------------------------------------------------------------------------------

  #stopOf(key: string): HTMLElement | undefined {
    for (const [row, of] of this.#observed) if (of === key) return row.querySelector<HTMLElement>("[tabindex]") ?? undefined;
    return undefined;
  }

  readonly #onFocus = (event: FocusEvent): void => {
    const row = (event.target as Element).closest(".virtual-row");
    const key = row && this.#observed.get(row);
    if (key === null || key === undefined || key === this.#stop) return;
    this.#stop = key;
    this.requestUpdate();
  };

  readonly #onKey = (event: KeyboardEvent): void => {
    const target = event.target as Element;
    if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || target.matches("input, textarea, select")) return;
    const index = this.#indexOf(this.#stop);
    const page = Math.max(1, Math.floor(this.#view / (this.#heights.total / Math.max(1, this.#keys.length))) - 1);
    const steps: Readonly<Record<string, number>> = {
      ArrowUp: index - 1,
      ArrowDown: index + 1,
      PageUp: index - page,
      PageDown: index + page,
      Home: 0,
      End: this.#keys.length - 1,
    };
    const wanted = steps[event.key];
    if (wanted === undefined || index < 0) return;
    event.preventDefault();
    const to = Math.max(0, Math.min(wanted, this.#keys.length - 1));
    const key = this.#keys[to] ?? "";
    if (to === this.#keys.length - 1) this.scrollToEnd();
    else {
      const y = this.#heights.before(to) + this.#drift - this.#top;
      if (y < 0) this.scrollToRow(key, "start");
      else if (y + this.#heights.of(to) > this.#view) this.scrollToRow(key, "end");
    }
    this.#stop = key;
    this.#wantsFocus = true;
    this.requestUpdate();
  };
}
