// SPDX-License-Identifier: MIT
//
// Icons: lines on a grid of 20 by 20, as high as a line of text is (style.ts). They are never the
// only name of anything: who uses one has a label beside it, or on the button.

import { html, svg, type TemplateResult } from "lit";

const PATHS = {
  attach: "M16 9.5l-6 6a3.5 3.5 0 0 1-5-5l6.5-6.5a2.4 2.4 0 0 1 3.4 3.4L8.5 13.8a1.2 1.2 0 0 1-1.7-1.7l5.7-5.6",
  back: "M16 10H4M9 5l-5 5 5 5",
  bell: "M10 3a4.5 4.5 0 0 0-4.5 4.5c0 4-1.5 5-1.5 6.5h12c0-1.5-1.5-2.5-1.5-6.5A4.5 4.5 0 0 0 10 3zM8.5 16.5a1.6 1.6 0 0 0 3 0",
  bellOff: "M7 4a4.5 4.5 0 0 1 7.5 3.5c0 2.2.5 3.5.9 4.4M5.5 7.5c0 4-1.5 5-1.5 6.5h10M8.5 16.5a1.6 1.6 0 0 0 3 0M3 3l14 14",
  block: "M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM5 5l10 10",
  calendar: "M3.5 5h13v11.5h-13zM3.5 8.5h13M7 3v3.5M13 3v3.5",
  camera: "M2.5 6.5A1.5 1.5 0 0 1 4 5h7a1.5 1.5 0 0 1 1.5 1.5v7A1.5 1.5 0 0 1 11 15H4a1.5 1.5 0 0 1-1.5-1.5zM12.5 9l5-3v8l-5-3",
  chat: "M4 4h12a1.5 1.5 0 0 1 1.5 1.5v7A1.5 1.5 0 0 1 16 14h-6l-4 3v-3H4a1.5 1.5 0 0 1-1.5-1.5v-7A1.5 1.5 0 0 1 4 4z",
  check: "M4 10.5l4 4 8-9",
  checks: "M1.5 10.5l4 4 7-9M9.5 13.5l1 1 8-9",
  clock: "M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM10 6v4.2l2.8 1.8",
  close: "M5 5l10 10M15 5L5 15",
  code: "M7 6l-4 4 4 4M13 6l4 4-4 4",
  copy: "M7.5 7.5h9v9h-9zM4.5 12.5h-1v-9h9v1",
  download: "M10 3v10M6 9l4 4 4-4M4 16.5h12",
  edit: "M4 16l.8-3.5L13.5 3.8a1.6 1.6 0 0 1 2.3 0l.4.4a1.6 1.6 0 0 1 0 2.3L7.5 15.2z",
  emoji: "M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM7 12a3.6 3.6 0 0 0 6 0M7.5 7.7v.6M12.5 7.7v.6",
  expand: "M12 3.5h4.5V8M8 16.5H3.5V12M16 4l-4.5 4.5M4 16l4.5-4.5",
  external: "M11 4h5v5M16 4l-7 7M8 5H4v11h11v-4",
  eye: "M2 10c2-3.5 4.7-5.2 8-5.2s6 1.7 8 5.2c-2 3.5-4.7 5.2-8 5.2S4 13.5 2 10zM10 7.7a2.3 2.3 0 1 0 0 4.6 2.3 2.3 0 0 0 0-4.6z",
  file: "M5 3h6.5L15.5 7v10h-10.5zM11.5 3v4h4",
  flag: "M5 17V3.5M5 4h10l-2 3.5 2 3.5H5",
  fold: "M5 8l5 5 5-5",
  forward: "M4 10h12M11 5l5 5-5 5",
  globe: "M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM3 10h14M10 3c2.3 2 3.2 4.3 3.2 7s-.9 5-3.2 7c-2.3-2-3.2-4.3-3.2-7s.9-5 3.2-7z",
  help: "M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM8 8a2 2 0 1 1 2.6 1.9c-.4.1-.6.4-.6.9v.4M10 13.7v.3",
  image: "M3 4.5h14v11H3zM3 13l4-4 4 4 2-2 4 4M13 7.3v.4",
  info: "M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM10 9.5V14M10 6.5v.3",
  link: "M8.5 11.5a3 3 0 0 0 4.3 0l2.8-2.8a3 3 0 0 0-4.3-4.3L10.5 5M11.5 8.5a3 3 0 0 0-4.3 0l-2.8 2.8a3 3 0 0 0 4.3 4.3l.8-.6",
  lock: "M5 9h10v7.5H5zM7 9V6.5a3 3 0 0 1 6 0V9",
  menu: "M3.5 5.5h13M3.5 10h13M3.5 14.5h13",
  hangUp: "M3 12.5c0-4 3-6 7-6s7 2 7 6v1.2a1 1 0 0 1-1.2 1l-2.6-.6a1 1 0 0 1-.8-1v-1.6a9 9 0 0 0-4.8 0v1.6a1 1 0 0 1-.8 1l-2.6.6a1 1 0 0 1-1.2-1z",
  microphone: "M10 3a2.2 2.2 0 0 1 2.2 2.2v4.3a2.2 2.2 0 0 1-4.4 0V5.2A2.2 2.2 0 0 1 10 3zM5 9.5a5 5 0 0 0 10 0M10 14.5V17M7.5 17h5",
  minus: "M4 10h12",
  more: "M5 9.3a.7.7 0 1 0 0 1.4.7.7 0 0 0 0-1.4zM10 9.3a.7.7 0 1 0 0 1.4.7.7 0 0 0 0-1.4zM15 9.3a.7.7 0 1 0 0 1.4.7.7 0 0 0 0-1.4z",
  next: "M8 5l5 5-5 5",
  panel: "M3 4h14v12H3zM12.5 4v12",
  pause: "M7 5v10M13 5v10",
  people: "M7.5 4.5a2.7 2.7 0 1 0 0 5.4 2.7 2.7 0 0 0 0-5.4zM2.5 16c.4-2.6 2.3-4 5-4s4.6 1.4 5 4M12.8 4.8a2.6 2.6 0 0 1 0 4.9M14.5 12.3c1.7.6 2.7 1.9 3 3.7",
  person: "M10 3.5a3.2 3.2 0 1 0 0 6.4 3.2 3.2 0 0 0 0-6.4zM4 16.5c.5-3 2.8-4.5 6-4.5s5.5 1.5 6 4.5",
  personAdd: "M8 4a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM2.5 16.5c.5-2.9 2.5-4.3 5.5-4.3s5 1.4 5.5 4.3M15 5.5v5M12.5 8h5",
  phone: "M6.5 3L8.3 7 6.7 8.5a9 9 0 0 0 4.8 4.8L13 11.7l4 1.8v2.5a1.2 1.2 0 0 1-1.3 1.2A13.5 13.5 0 0 1 2.8 4.3 1.2 1.2 0 0 1 4 3z",
  pin: "M7 3h6l-.7 5 2.7 3H5l2.7-3zM10 11v6",
  play: "M6.5 4.5v11l9-5.5z",
  plus: "M10 4v12M4 10h12",
  power: "M10 3v7M6 5.5a6 6 0 1 0 8 0",
  previous: "M12 5l-5 5 5 5",
  qr: "M3.5 3.5h5v5h-5zM11.5 3.5h5v5h-5zM3.5 11.5h5v5h-5zM11.5 11.5h2M16.5 11.5v2M11.5 14.5v2M14.5 16.5h2M14 14v.3",
  refresh: "M16 10a6 6 0 1 1-1.8-4.3M16 3v4h-4",
  reply: "M8 5L3.5 9.5 8 14M3.5 9.5H11a5.5 5.5 0 0 1 5.5 5.5v1",
  room: "M8 3L6.5 17M13.5 3L12 17M4 7.5h13M3 12.5h13",
  screen: "M2.5 4h15v9.5h-15zM7 17h6M10 13.5V17",
  search: "M9 3.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11zM13 13l4 4",
  send: "M3.5 4l13.5 6-13.5 6 2-6zM5.5 10H11",
  settings: "M3 6h8M15 6h2M3 14h2M9 14h8M13 4a2 2 0 1 0 0 4 2 2 0 0 0 0-4zM7 12a2 2 0 1 0 0 4 2 2 0 0 0 0-4z",
  sound: "M3 8v4h3l4 3.5v-11L6 8zM13 7.5a3.5 3.5 0 0 1 0 5M15.3 5a7 7 0 0 1 0 10",
  soundOff: "M3 8v4h3l4 3.5v-11L6 8zM13.5 8l4 4M17.5 8l-4 4",
  star: "M10 3l2.1 4.5 4.9.6-3.6 3.4.9 4.9-4.3-2.4-4.3 2.4.9-4.9L3 8.1l4.9-.6z",
  stop: "M5.5 5.5h9v9h-9z",
  trash: "M4 6h12M8 6V3.5h4V6M5.5 6l.7 10.5h7.6L14.5 6M8.5 9v4.5M11.5 9v4.5",
  unfold: "M5 12l5-5 5 5",
  upload: "M10 13V3M6 7l4-4 4 4M4 16.5h12",
  video: "M3 4.5h14v11H3zM8.5 7.5v5l4-2.5z",
  warning: "M10 3.5l7.5 13h-15zM10 8.5v4M10 14.3v.2",
} as const;

export type IconName = keyof typeof PATHS;

/** What points along the line of writing points the other way where that is written from the right. */
const MIRRORED = new Set<IconName>(["back", "forward", "next", "previous", "reply", "send"]);

export function icon(name: IconName): TemplateResult {
  return html`<svg class="icon ${MIRRORED.has(name) ? "mirrored" : ""}" viewBox="0 0 20 20" aria-hidden="true">${svg`<path d=${PATHS[name]} />`}</svg>`;
}
