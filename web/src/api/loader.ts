// SPDX-License-Identifier: MIT
//
// init(settings).start() and .stop(): the client as a loader puts it into a page, for portals that
// used one.

import { domainOf } from "../core/jid.js";
import type { Api, JaseurChatElement, Loader, LoaderSettings, Options } from "./jaseur.js";

/** The part of the page that is used. */
type Page = Pick<Document, "createElement" | "querySelector" | "body">;

/** What the settings mean. TypeError: the address is none */
export function optionsOf(settings: LoaderSettings): Options {
  const { url, wsUrl, id, jid, password, token, language, login, mode, tours, notificationLogo, avatar, acl } = settings;
  const domain = settings.domain ?? (jid?.includes("@") ? domainOf(jid) : undefined);
  const site = url === undefined ? undefined : new URL(url);
  const endpoints = { ...(wsUrl === undefined ? {} : { websocket: wsUrl }), ...(site && url !== undefined && site.pathname !== "/" ? { bosh: url } : {}) };
  const all = {
    site: site?.origin,
    endpoints: Object.keys(endpoints).length ? endpoints : undefined,
    account: jid ?? id,
    login: login ?? (token === undefined ? undefined : "portal"),
    domain,
    password,
    token,
    lang: language,
    mode,
    tours,
    icon: notificationLogo,
    avatar,
    groups: acl?.groupchat?.creation === false ? "off" : undefined,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as Options;
}

export function makeLoader(settings: LoaderSettings, page: Page = document): Loader {
  let element: JaseurChatElement | undefined;
  return {
    async start(): Promise<Api> {
      if (element) return element.api;
      const { container, callbacks, password, token } = settings;
      const where = typeof container === "string" ? page.querySelector(container) : (container ?? page.body);
      if (!where) throw new RangeError("the container is not in this page");
      element = page.createElement("jaseur-chat");
      const { api } = element;
      const options = optionsOf(settings);
      element.options = options;
      if (callbacks) api.registerCallbacks(callbacks);
      where.append(element);
      if (password !== undefined || token !== undefined) await api.connect();
      return api;
    },
    stop(): void {
      element?.remove();
      element = undefined;
    },
  };
}
