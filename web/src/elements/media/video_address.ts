// SPDX-License-Identifier: MIT
//
// Addresses of videos on sites that have a player for frames. Nothing is asked of them here.

export interface Video {
  /** As it was written. */
  readonly address: string;
  /** "YouTube", or the host. */
  readonly site: string;
  /** Of the player, which sets no cookies where there is a choice. */
  readonly player: string;
  /** Who hears that it is played. */
  readonly host: string;
}

const VIDEOS_MAX = 3; // of one text
const ADDRESS = /https:\/\/[^\s<>"']+/giu;
const YOUTUBE = /^[\w-]{11}$/;
const PEERTUBE = /^\/(?:w|videos\/(?:watch|embed))\/([1-9A-HJ-NP-Za-km-z]{22}|[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})\/?$/;

/** "1m5s", "65" */
function seconds(said: string | null): number {
  const [, h = 0, m = 0, s = 0] = /^(?:(\d{1,2})h)?(?:(\d{1,3})m)?(?:(\d{1,6})s?)?$/.exec(said ?? "") ?? [];
  return Number(h) * 3600 + Number(m) * 60 + Number(s);
}

function youtubeId({ hostname, pathname, searchParams }: URL): string | undefined {
  const id = hostname === "youtu.be" ? pathname.slice(1) : (searchParams.get("v") ?? /^\/(?:shorts|live|embed)\/([^/]+)/.exec(pathname)?.[1]);
  return id && YOUTUBE.test(id) ? id : undefined;
}

function player(url: URL): { readonly site: string; readonly player: string } | undefined {
  const host = url.hostname.replace(/^(www|m|music)\./, "");
  if (host === "youtube.com" || host === "youtu.be" || host === "youtube-nocookie.com") {
    const id = youtubeId(url);
    const start = seconds(url.searchParams.get("t") ?? url.searchParams.get("start"));
    return id === undefined ? undefined : { site: "YouTube", player: `https://www.youtube-nocookie.com/embed/${id}?rel=0${start ? `&start=${start}` : ""}` };
  }
  if (host === "vimeo.com" || host === "player.vimeo.com") {
    const [, id, hash] = /^\/(?:video\/)?(\d{1,12})(?:\/([\da-f]{6,16}))?\/?$/.exec(url.pathname) ?? [];
    return id === undefined ? undefined : { site: "Vimeo", player: `https://player.vimeo.com/video/${id}?dnt=1${hash ? `&h=${hash}` : ""}` };
  }
  if (host === "dailymotion.com" || host === "dai.ly") {
    const [, id] = /^\/(?:video\/)?([a-z\d]{5,10})\/?$/i.exec(url.pathname) ?? [];
    return id === undefined ? undefined : { site: "Dailymotion", player: `https://geo.dailymotion.com/player.html?video=${id}` };
  }
  const id = PEERTUBE.exec(url.pathname)?.[1];
  return id === undefined ? undefined : { site: url.host, player: `https://${url.host}/videos/embed/${id}?warningTitle=0&p2p=0` };
}

/** Undefined: it is no address of a video that is known here. */
export function videoAt(address: string): Video | undefined {
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    return undefined;
  }
  const found = url.protocol === "https:" && !url.username && !url.password ? player(url) : undefined;
  return found && { address: url.href, ...found, host: new URL(found.player).host };
}

/** Those of a text, in their order. */
export function videosIn(text: string): Video[] {
  const found = new Map<string, Video>();
  for (const [address] of text.matchAll(ADDRESS)) {
    const video = videoAt(address.replace(/[.,;:!?)\]}]+$/, ""));
    if (video) found.set(video.player, video);
    if (found.size >= VIDEOS_MAX) break;
  }
  return [...found.values()];
}
