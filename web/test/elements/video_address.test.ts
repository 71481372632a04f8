// SPDX-License-Identifier: MIT

import { expect, it } from "vitest";

import { videoAt, videosIn } from "../../src/elements/media/video_address.js";

const ID = "dQw4w9WgXcQ";
const TUBE = "9c9de5e8-0a1e-484a-b099-e80766180a6d";

it.each([
  [`https://www.youtube.com/watch?v=${ID}`, `https://www.youtube-nocookie.com/embed/${ID}?rel=0`],
  [`https://youtu.be/${ID}?t=65`, `https://www.youtube-nocookie.com/embed/${ID}?rel=0&start=65`],
  [`https://m.youtube.com/shorts/${ID}`, `https://www.youtube-nocookie.com/embed/${ID}?rel=0`],
  [`https://music.youtube.com/watch?v=${ID}&t=1h2m3s`, `https://www.youtube-nocookie.com/embed/${ID}?rel=0&start=3723`],
  ["https://vimeo.com/76979871", "https://player.vimeo.com/video/76979871?dnt=1"],
  ["https://vimeo.com/76979871/abcdef0123", "https://player.vimeo.com/video/76979871?dnt=1&h=abcdef0123"],
  ["https://www.dailymotion.com/video/x8abcde", "https://geo.dailymotion.com/player.html?video=x8abcde"],
  [`https://tube.example:8443/w/${TUBE}`, `https://tube.example:8443/videos/embed/${TUBE}?warningTitle=0&p2p=0`],
  ["https://tube.example/w/kkGMgK9ZtnKfYAgnEtQxbv", "https://tube.example/videos/embed/kkGMgK9ZtnKfYAgnEtQxbv?warningTitle=0&p2p=0"],
])("%s has a player", (address, player) => expect(videoAt(address)?.player).toBe(player));

it.each([
  `http://www.youtube.com/watch?v=${ID}`,
  "https://www.youtube.com/watch?v=../../evil",
  `https://youtube.com.evil.example/watch?v=${ID}`,
  `https://youtube.com@evil.example/watch?v=${ID}`,
  "https://vimeo.com/76979871/../x?y=",
  "https://vimeo.com/channels/staffpicks",
  "https://a.example/w/short",
  "javascript:alert(1)//youtube.com/watch?v=dQw4w9WgXcQ",
  "",
])("%s has none", (address) => expect(videoAt(address)).toBeUndefined());

it("of a text each is found once, and not too many", () => {
  const text = `(https://youtu.be/${ID}), https://www.youtube.com/watch?v=${ID}! https://vimeo.com/1 https://vimeo.com/2 https://vimeo.com/3`;
  expect(videosIn(text).map(({ site }) => site)).toEqual(["YouTube", "Vimeo", "Vimeo"]);
});
