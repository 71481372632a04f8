// SPDX-License-Identifier: MIT
//
// What of the unread count is seen when the page is not: the title of the tab, its icon, and the
// icon of the installed app. For the server's own page: another page's title is its own.

const ICON = "/first/bird.svg";
const ICON_UNREAD = "/first/bird_unread.svg";
const SHOWN_MAX = 99;

export class Badge {
  readonly #document: Document;
  readonly #title: string;
  #count = 0;

  constructor(of: Document = document) {
    this.#document = of;
    this.#title = of.title;
  }

  set(count: number): void {
    if (count === this.#count) return;
    this.#count = count;
    this.#document.title = count ? `(${count > SHOWN_MAX ? `${SHOWN_MAX}+` : count}) ${this.#title}` : this.#title;
    this.#document.querySelector('link[rel="icon"]')?.setAttribute("href", count ? ICON_UNREAD : ICON);
    const { setAppBadge, clearAppBadge } = navigator as Partial<Navigator>;
    const shown = count ? setAppBadge?.call(navigator, count) : clearAppBadge?.call(navigator);
    shown?.catch(() => undefined); // an app that is not installed has none
  }
}
