// SPDX-License-Identifier: MIT
//
// Calls of one who has several tabs, of which some go, or crash.

import { expect, it } from "vitest";

import { Calling, PATIENCE, button, call, clock, crash, framesIn, inCall, told } from "./calling.js";

const calling = new Calling("modules.leave.grace=1s"); // a tab that goes is not waited for

it("goes on when another tab goes, which was at work", async () => {
  const romeo = await calling.open("romeo");
  const second = await calling.openTab(romeo);
  const juliet = await calling.open("juliet");
  await call(juliet, "romeo", "Video call");
  await button(second, "Answer with video").click();
  await inCall(romeo).getByText("In a call in another tab").waitFor();
  await expect.poll(() => framesIn(second), PATIENCE).toBeGreaterThan(5);
  await romeo.reload();
  await inCall(romeo).getByText("In a call in another tab").waitFor();
  await second.bringToFront();
  const before = await framesIn(second);
  await expect.poll(() => framesIn(second), PATIENCE).toBeGreaterThan(before + 10);
  await button(second, "Hang up").click();
  await told(juliet, "The call is over.").waitFor();
});

it("ends when the tab that has it crashes, and another is at work", async () => {
  const romeo = await calling.open("romeo");
  const second = await calling.openTab(romeo);
  const juliet = await calling.open("juliet");
  await call(juliet, "romeo");
  await button(second, "Answer").click();
  await clock(juliet).waitFor();
  await crash(second);
  await told(juliet, "The call is over.").waitFor();
  await inCall(romeo).waitFor({ state: "detached" });
});

it("ends when the tab crashes that was at work and had the call", async () => {
  const romeo = await calling.open("romeo");
  const second = await calling.openTab(romeo);
  const juliet = await calling.open("juliet");
  await call(juliet, "romeo");
  await button(romeo, "Answer").click();
  await clock(juliet).waitFor();
  await crash(romeo);
  await told(juliet, "The call is over.").waitFor();
  await inCall(second).waitFor({ state: "detached" });
});
