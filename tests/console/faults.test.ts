/**
 * Faults of tests/stack/attention, each repaired from the console alone: by a person who opens Home, reads what is
 * wrong and what to do, and does the one repair.
 */
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { DEMO_ADMIN } from "../../local/accounts.ts";
import { type FaultName, type Faults, openFaults, REASON } from "../stack/attention/planted_faults.ts";
import { untilHolds } from "../until.ts";
import { type ConsoleStack, startConsoleStack } from "./console_stack.ts";

/**
 * What the page must say, beside the sentence: for a cause outside of the console, what exactly is to be done there.
 * `repair: false`: nothing is to be clicked, it goes by itself.
 */
const FAULTS: Partial<Record<FaultName, { says: RegExp; repair?: false }>> = {
  "wrong webhook secret": {
    says: /set STRIPE_WEBHOOK_SECRET, as the dashboard of stripe shows it, with npm run deploy/,
  },
  "all cron jobs gone": { says: /pg_cron does not have it\. Unpaid checkouts keep their stock/ },
  "one message to a dead Railway": { says: /The receiver answered 500/ },
  "parked event": { says: /Asks stripe for what has not arrived/ },
  "failed event": { says: /violates check constraint "trouble"/ },
  "lost dispute": { says: /The buyer has 49\.00 EUR back/ },
  "recording that matches no session": { says: /matches no tutoring session/ },
  "Google's consent revoked": {
    says: /Let the calendar's owner consent again: npm run google-login, then npm run deploy/,
  },
  "address of a destination never set": { says: /WAREHOUSE_WEBHOOK_URL is not set/ },
  underpayment: { says: /Captured 24\.50 EUR, but the checkout asks for 49\.00 EUR/ },
  "paid, and sold out": { says: /Restock and settle, or refund/ },
  "message that its receiver refuses for good": { says: /it will never take this message/ },
  "receiver that is gone (410)": { says: /Resume when it does again/ },
  "way to pay that is not set up": {
    says: /FAPSHI_API_KEY not set\..*Set what is missing with npm run deploy/s,
    repair: false,
  },
};
const NAMES = Object.keys(FAULTS) as FaultName[];

/** Opening Home, reading, clicking, filling in: at ten seconds each, a repair takes a minute at most. */
const MOST_STEPS = 6;

let site: ConsoleStack;
let planted: Faults;
let page: Page & { errors: string[] };
beforeAll(async () => {
  site = await startConsoleStack();
  planted = openFaults(site, DEMO_ADMIN.email);
  page = await site.openAsAdmin();
});
afterAll(async () => {
  await planted?.close();
  await site?.stop();
});

/** A person at the console, each of whose steps counts. */
class Person {
  readonly steps: string[] = [];

  async opensHome(): Promise<void> {
    this.steps.push("opens Home");
    await page.getByRole("link", { name: /^Home/ }).click();
    await page.getByRole("heading", { level: 1, name: "Home" }).waitFor();
  }

  async reads(item: Locator): Promise<string> {
    this.steps.push("reads");
    await item.first().waitFor();
    return await item.first().innerText();
  }

  async clicks(button: Locator): Promise<void> {
    this.steps.push(`clicks ${await button.innerText()}`);
    await button.click();
  }

  async fills(field: Locator, text: string): Promise<void> {
    this.steps.push(`fills in ${text}`);
    await field.fill(text);
  }
}

test("they are more than the twelve that are asked for", () => expect(NAMES.length).toBeGreaterThanOrEqual(12));

test.each(NAMES)("%s is read, repaired and gone", async (name) => {
  const { what, which = "", plant, before, after, mended } = planted.faults[name];
  const { says, repair = true } = FAULTS[name]!;
  const person = new Person();
  await plant();
  const line = await planted.untilSeen(name);
  const item = page
    .locator(".attention-item")
    .filter({ has: page.getByRole("heading", { name: what, exact: true }) })
    .filter({ hasText: which });

  await person.opensHome();
  expect(await person.reads(item)).toMatch(says);
  // What is outside of the console: a secret, a consent, a receiver, stock on a shelf.
  const fill = await before?.(line);
  if (repair) {
    await person.clicks(item.first().locator("[data-repair]"));
    const dialog = page.getByRole("dialog");
    await dialog.locator("button[type=submit]").waitFor();
    for (const field of await dialog.locator("input[required]").all()) {
      const isReason = (await field.getAttribute("placeholder")) === "why";
      await person.fills(field, isReason ? REASON : Object.values(fill ?? {})[0]!);
    }
    await dialog.getByText("What it does now").waitFor();
    await person.clicks(dialog.locator("button[type=submit]"));
    await dialog.waitFor({ state: "detached" });
  }
  await after?.();
  await untilHolds(async () => expect(await item.count()).toBe(0));
  await mended(line);
  expect(person.steps.length, person.steps.join(", ")).toBeLessThanOrEqual(MOST_STEPS);
  expect(page.errors).toEqual([]);
});
