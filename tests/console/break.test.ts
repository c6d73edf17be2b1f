/** The page "Break it" of npm start: what is broken there heals while one watches, and nobody else may break it. */
import http from "node:http";
import { AxeBuilder } from "@axe-core/playwright";
import type { Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { createTraffic } from "../../simulator/traffic.ts";
import { until, untilHolds } from "../until.ts";
import { type ConsoleStack, startConsoleStack } from "./console_stack.ts";

let site: ConsoleStack;
let page: Page & { errors: string[] };
beforeAll(async () => {
  // As npm start has it: no address of a receiver is set.
  const env = { MAKE_WEBHOOK_URL: "", RAILWAY_WEBHOOK_URL: "", RAILWAY_STRIPE_WEBHOOK_URL: "" };
  site = await startConsoleStack({ env, traffic: createTraffic });
  page = await site.openAsAdmin("break");
});
afterAll(() => site?.stop());

const button = (name: string) => page.getByRole("button", { name, exact: true });
/** Clicks, and waits until the command that it gives was carried out. */
async function command(what: string, target: Locator): Promise<void> {
  const isIt = (given: string | null) => given !== null && JSON.parse(given).do === what;
  await Promise.all([
    page.waitForResponse((found) => found.url().endsWith("/local/break") && isIt(found.request().postData())),
    target.click(),
  ]);
}
const heal = () => command("heal", button("Heal all"));
const radio = (what: string, how: string) =>
  page.getByRole("group", { name: what, exact: true }).getByRole("radio", { name: how, exact: true });
const choose = (what: string, how: string, does: string) => command(does, radio(what, how));
const isChosen = (what: string, how: string) => radio(what, how).isChecked();
const rows = (title: string) => page.getByRole("region", { name: `Last ${title}, scrollable` }).getByRole("row");

/** Sends, and waits until it was answered. @returns the ids of the events that it made. */
async function send(how: string): Promise<string[]> {
  const [before] = await site.sql`select ops.uuid7_at(clock_timestamp()) as id`;
  await command("send", button(how));
  const found = await site.sql`select id from inbox.events where id > ${before!.id} order by id`;
  return found.map(({ id }) => id);
}

/** Deliveries of what these events changed, that have not arrived. */
const underWay = async (events: string[], destination: string) => {
  const [row] = await site.sql`
    select count(*)::int as count from outbox.deliveries d join outbox.messages m on m.id = d.message_id
    where d.destination = ${destination} and d.status <> 'delivered' and m.id > ${events[0]!}`;
  return row!.count as number;
};

afterEach(async () => {
  await heal();
  await untilHolds(async () => expect(await isChosen("make.com", "answers")).toBe(true));
  expect(page.errors).toEqual([]);
});

test("make.com is off: what it did not get arrives once all is healed", async () => {
  await choose("make.com", "is off", "receiver");
  await untilHolds(async () => expect(await isChosen("make.com", "is off")).toBe(true));
  const events = await send("A purchase");
  await rows("deliveries").filter({ hasText: "make" }).filter({ hasText: "pending" }).first().waitFor();
  await untilHolds(async () =>
    expect(
      await site.sql`select 1 from outbox.deliveries where destination = 'make' and last_error is not null`,
    ).not.toEqual([]),
  );
  await heal();
  await until("it arrives", async () => (await underWay(events, "make")) === 0);
  await untilHolds(async () => expect(await rows("deliveries").filter({ hasText: "pending" }).count()).toBe(0));
});

test("one webhook that comes twice is one event", async () => {
  expect(await send("One webhook twice")).toHaveLength(1);
});

test("a refund that comes before its payment waits for it, and both are applied", async () => {
  const events = await send("A refund before its payment");
  await until("both are here", async () => {
    const found = await site.sql`select status::text from inbox.events where id >= ${events[0]!}`;
    return found.length === 2 && found.every(({ status }) => status === "applied");
  });
  await untilHolds(async () => expect(await rows("events").filter({ hasText: "refund.updated" }).count()).toBe(1));
  await rows("events").filter({ hasText: "refund.updated" }).filter({ hasText: "applied" }).waitFor();
});

test("a killed courier is followed by another, which sends what is due", async () => {
  const events = await send("A purchase");
  await until("a courier", () => site.stack.functions.pid("dispatch"));
  const pid = await site.stack.functions.pid("dispatch");
  await button("Kill it").click();
  await until("its end", async () => (await site.stack.functions.pid("dispatch")) !== pid);
  await send("A purchase");
  await until("all has arrived", async () => (await underWay(events, "railway")) === 0);
});

test("doorbell and cron are stopped, which Home tells, and put back", async () => {
  await choose("Cron", "is stopped", "cron");
  await choose("Doorbell", "is stopped", "doorbell");
  await untilHolds(async () => {
    expect(await site.sql`select 1 from cron.job where active`).toEqual([]);
    expect(await site.sql`select 1 from outbox.settings where functions_url is not null`).toEqual([]);
  });
  expect(await site.sql`select 1 from ops.attention where what = 'job not running'`).not.toEqual([]);
  await heal();
  await untilHolds(async () => expect(await isChosen("Cron", "works")).toBe(true));
  expect(await isChosen("Doorbell", "works")).toBe(true);
  expect(await site.sql`select 1 from cron.job where not active`).toEqual([]);
  expect(await site.sql`select functions_url as url from outbox.settings`).toEqual([{ url: site.stack.functionsUrl }]);
});

test("axe finds no fault, and a phone shows all of it", async () => {
  await rows("events").first().waitFor();
  expect((await new AxeBuilder({ page }).analyze()).violations.map(({ id }) => id)).toEqual([]);
  const wide = page.viewportSize()!;
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0);
  await page.setViewportSize(wide);
});

describe("whoever is not the page", () => {
  /** With any Host, which fetch does not allow. */
  function ask(headers: http.OutgoingHttpHeaders, { method = "POST", body = '{"do":"cron","on":false}' } = {}) {
    return new Promise<number>((resolve, reject) => {
      const request = http.request(`${site.stack.apiUrl}/local/break`, { method, headers }, (response) => {
        response.resume();
        resolve(response.statusCode!);
      });
      request.on("error", reject);
      request.end(method === "POST" ? body : undefined);
    });
  }
  const json = { "content-type": "application/json" };

  test.each([
    ["says no origin", 403, () => ask(json)],
    ["comes from another site", 403, () => ask({ ...json, origin: "https://evil.example.com" })],
    ["comes from another port of this machine", 403, () => ask({ ...json, origin: "http://127.0.0.1:1" })],
    [
      "comes by a name that it made resolve here",
      403,
      () => ask({ ...json, host: "evil.example.com", origin: "http://evil.example.com" }),
    ],
    ["sends a form", 415, () => ask({ "content-type": "text/plain", origin: site.stack.apiUrl })],
    ["only looks", 405, () => ask({ origin: site.stack.apiUrl }, { method: "GET" })],
    [
      "asks for what there is not",
      400,
      () => ask({ ...json, origin: site.stack.apiUrl }, { body: '{"do":"explode"}' }),
    ],
    ["sends no JSON", 400, () => ask({ ...json, origin: site.stack.apiUrl }, { body: "{" })],
  ])("is refused: it %s", async (_, status, asked) => {
    expect(await asked()).toBe(status);
    expect(await site.sql`select 1 from cron.job where not active`).toEqual([]);
  });
});
