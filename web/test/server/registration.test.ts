// SPDX-License-Identifier: MIT
//
// People without an account: they make one in the form of the page, or come in as guests.

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";

import { StanzaError } from "../../src/core/stanza_error.js";
import { register } from "../../src/model/registration.js";
import { PHONE, errors, launch, look, openContext, openPage } from "./browser.js";
import { Server } from "./server.js";

let server: Server;
let browser: Browser;

beforeAll(async () => {
  server = await Server.start("modules.register.open=yes", "modules.register.per_hour=3", "modules.web.guests=yes", "c2s.allow_anonymous=yes");
  server.addUsers("romeo");
  browser = await launch();
});

afterAll(async () => {
  await browser.close();
  await server.stop();
});

it("somebody makes an account and is signed in (XEP-0077 section 3.1)", async () => {
  const page = await openPage(await openContext(browser, "fr", "dark"), server.site);
  await look(page, "sign-in-open-dark-french");
  await page.getByRole("button", { name: "Créer un compte" }).click();
  const field = (name: string): ReturnType<typeof page.locator> => page.locator(`input[name=${name}]`);
  const fill = async (name: string, password: string, again = password): Promise<void> => {
    await field("name").fill(name);
    await field("password").fill(password);
    await field("again").fill(again);
    await page.keyboard.press("Enter");
  };
  expect(await page.evaluate(() => document.activeElement?.tagName)).toBe("JASEUR-CHAT"); // the field within has the focus
  await fill("Romeo", "wherefore art thou");
  await page.getByText("Ce nom est déjà pris").waitFor();
  await look(page, "register-refused-dark-french");
  await fill("Juliet", "wherefore art thou", "another");
  await page.getByText("Les deux mots de passe").waitFor();
  await fill("ju@liet", "wherefore art thou");
  await page.getByText("Ce nom n’est pas possible").waitFor();
  await page.setViewportSize(PHONE);
  await look(page, "register-phone-dark-french");
  await fill("Juliet", "wherefore art thou");
  await page.getByRole("tab", { name: "Personnes" }).waitFor();
  server.run("user", "show", "juliet@localhost");
  expect(errors).toEqual([]);
});

it("a guest comes in without an account, and is gone with the page (RFC 4505)", async () => {
  const page = await openPage(await openContext(browser), server.site);
  await look(page, "sign-in-open");
  await page.getByRole("button", { name: "Create an account" }).click();
  await look(page, "register");
  await page.getByRole("button", { name: "I have an account" }).click();
  await page.getByRole("button", { name: "Come in as a guest" }).click();
  await page.getByRole("tab", { name: "People" }).waitFor();
  await page.reload();
  await page.locator("input[name=password]").waitFor();
  expect(errors).toEqual([]);
});

it("who is refused hears why", async () => {
  const wish = { site: server.site, domain: "localhost", password: "wherefore art thou" };
  const refusal = (name: string): Promise<string> =>
    register({ ...wish, name }).then(
      () => "",
      (error: unknown) => (error instanceof StanzaError ? error.condition : String(error)),
    );
  expect(await refusal("romeo")).toBe("conflict");
  expect(await refusal("a b")).toBe("not-acceptable");
  const made = await Promise.all(["mercutio", "benvolio", "paris", "tybalt"].map(refusal));
  expect(made.filter((condition) => condition === "resource-constraint").length).toBeGreaterThan(0);
  expect(await register({ ...wish, site: "https://localhost:1", name: "x" }).catch((error: unknown) => (error as StanzaError).condition)).toBe("disconnected");
});
