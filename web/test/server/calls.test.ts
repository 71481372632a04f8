// SPDX-License-Identifier: MIT
//
// Calls between browsers: what one sends is decoded at the other end; and how calls end.

import { expect, it } from "vitest";

import { PHONE, look } from "./browser.js";
import { Calling, PATIENCE, button, call, clock, framesIn, inCall, isCovered, spreadIn, told } from "./calling.js";

const calling = new Calling();

it("two see each other, and one hangs up", async () => {
  const romeo = await calling.open("romeo");
  const juliet = await calling.open("juliet", { scheme: "dark" });
  await call(romeo, "juliet", "Video call");
  await inCall(juliet).getByText("Incoming video call").waitFor();
  await look(juliet, "call-incoming");
  await button(juliet, "Answer with video").click();
  for (const page of [romeo, juliet]) {
    await expect.poll(() => framesIn(page), PATIENCE).toBeGreaterThan(10);
    await expect.poll(() => spreadIn(page), PATIENCE).toBeGreaterThan(30);
  }
  await look(romeo, "call-video");
  expect(await isCovered(romeo)).toBe(false);
  await romeo.setViewportSize(PHONE);
  await look(romeo, "call-video-phone");
  await button(romeo, "Turn the camera off").click();
  await button(romeo, "Turn the camera on").waitFor();
  await button(romeo, "Hang up").click();
  await told(juliet, "The call is over.").waitFor();
  for (const page of [romeo, juliet]) await inCall(page).waitFor({ state: "detached" });
});

it("with a client that does not send sound and pictures together", async () => {
  const romeo = await calling.open("romeo");
  const juliet = await calling.open("juliet");
  await juliet.evaluate(() => {
    type Described = (this: RTCPeerConnection, said: RTCSessionDescriptionInit) => Promise<void>;
    const connection = RTCPeerConnection.prototype as unknown as { setRemoteDescription: Described };
    const set = connection.setRemoteDescription;
    connection.setRemoteDescription = function ({ type, sdp = "" }) {
      return set.call(this, { type, sdp: sdp.replace(/a=group:BUNDLE.*\r\n/, "") });
    };
  });
  await call(romeo, "juliet", "Video call");
  await button(juliet, "Answer with video").click();
  for (const page of [romeo, juliet]) await expect.poll(() => framesIn(page), PATIENCE).toBeGreaterThan(10);
});

it("an answer without video is one, and sound alone is a call", async () => {
  const romeo = await calling.open("romeo");
  const juliet = await calling.open("juliet");
  await call(romeo, "juliet");
  await button(juliet, "Answer").click();
  for (const page of [romeo, juliet]) await clock(page).waitFor();
  await look(juliet, "call-audio");
  await button(juliet, "Hang up").click();
  await told(romeo, "The call is over.").waitFor();
});

it("a page calls somebody", async () => {
  const romeo = await calling.open("romeo");
  const juliet = await calling.open("juliet");
  const ask = (jid: string): Promise<string> =>
    romeo.locator("jaseur-chat").evaluate(
      (chat, to) =>
        (chat as HTMLElement & { api: { startSimpleVideoCall(jid: string): Promise<void> } }).api.startSimpleVideoCall(to).then(
          () => "calls",
          (error: unknown) => (error as Error).name,
        ),
      jid,
    );
  expect(await ask("@")).toBe("TypeError");
  expect(await ask("juliet@localhost")).toBe("calls");
  await inCall(juliet).getByText("Incoming video call").waitFor();
  expect(await ask("nurse@localhost")).toBe("Error"); // there is one already
  await button(romeo, "Hang up").click();
  await told(juliet, "You missed a call from").waitFor();
});

it("a refusal is told", async () => {
  const romeo = await calling.open("romeo");
  const juliet = await calling.open("juliet");
  await call(romeo, "juliet");
  await button(juliet, "Refuse").click();
  await told(romeo, "refused the call").waitFor();
  await inCall(juliet).waitFor({ state: "detached" });
});

it("who has called gives up, and the other has missed it", async () => {
  const romeo = await calling.open("romeo");
  const juliet = await calling.open("juliet");
  await call(romeo, "juliet");
  await button(juliet, "Answer").waitFor();
  await button(romeo, "Hang up").click();
  await told(juliet, "You missed a call from").waitFor();
});

it("rings on all devices until one answers; a third is told that it is busy", async () => {
  const romeo = await calling.open("romeo");
  const juliet = await calling.open("juliet");
  const phone = await calling.open("juliet");
  await call(romeo, "juliet");
  await button(phone, "Answer").waitFor();
  await button(juliet, "Answer").click();
  await told(phone, "Answered on another device.").waitFor();
  await clock(romeo).waitFor();
  const nurse = await calling.open("nurse");
  await call(nurse, "romeo");
  await told(nurse, "is in another call").waitFor();
  await clock(romeo).waitFor();
});

it("who may not use the microphone reads why, and strangers ring nowhere", async () => {
  const romeo = await calling.open("romeo", { mayUseDevices: false });
  const juliet = await calling.open("juliet");
  await call(romeo, "juliet");
  await told(romeo, "does not let this page use the microphone").waitFor();
  await inCall(juliet).waitFor({ state: "detached" });
  const tybalt = await calling.open("tybalt");
  await call(tybalt, "juliet");
  await inCall(tybalt).getByText("Calling…").waitFor();
  const nurse = await calling.open("romeo", { language: "fr" });
  await nurse.evaluate(() => (location.hash = "chat=juliet@localhost"));
  await nurse.locator("jaseur-conversation").getByRole("button", { name: "Appeler", exact: true }).click();
  await inCall(juliet).getByText("Incoming call").waitFor();
  expect(await inCall(juliet).getByRole("heading").textContent()).not.toContain("tybalt");
});
