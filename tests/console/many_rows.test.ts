/** A list of 100,000 rows: few of them are in the page, and all of them fit into one CSV. */
import type { Download } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "../until.ts";
import { type ConsoleStack, startConsoleStack } from "./console_stack.ts";

const ROWS = 100_000;

let site: ConsoleStack;

beforeAll(async () => {
  site = await startConsoleStack();
  await site.sql`
      insert into inbox.events (id, provider, provider_event_id, type, status, trust, received_at, applied_at, subject,
        body, facts)
      select ('01900000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, 'stripe', 'evt_' || n,
        'checkout.session.completed', 'applied', 'signed', now(), now(),
        case n when 77777 then ${'a "quoted", comma\nand a line'} when 77778 then '=HYPERLINK("x")' else 'cs_' || n end,
        '{}', '[]'
      from generate_series(1, ${ROWS}::integer) n`;
  await site.sql`analyze inbox.events`;
});
afterAll(() => site.stop());

async function textOf(file: Download): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of await file.createReadStream()) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

test("the key End walks down to the last of 100,000 rows, with few rows in the page and the true count above", async () => {
  const page = await site.openAsAdmin("events");
  await page.getByText("100,000 rows", { exact: true }).waitFor();
  const table = page.getByRole("region", { name: "Events, scrollable" });
  await table.focus();
  await until("the last row", async () => {
    await page.keyboard.press("End");
    expect(await page.getByRole("row").count()).toBeLessThan(100);
    return (await page.getByRole("cell", { name: "evt_1", exact: true }).count()) === 1;
  });
  // One that is neither on the first page nor on the last.
  await table.evaluate((it) => it.scrollTo(0, it.scrollHeight / 2));
  const middle = page.locator("[aria-rowindex='50002']");
  await middle.getByRole("cell", { name: "evt_50000", exact: true }).waitFor();
  expect(await page.getByRole("row").count()).toBeLessThan(100);
  expect(await page.getByRole("table").getAttribute("aria-rowcount")).toBe(String(ROWS));
  expect(page.errors).toEqual([]);
  await page.context().close();
});

test("a CSV of 100,000 rows has each of them once, newest first", async () => {
  const page = await site.openAsAdmin("events");
  await page.getByText("100,000 rows", { exact: true }).waitFor();
  const [file] = await Promise.all([
    page.waitForEvent("download", { timeout: 600_000 }),
    page.getByRole("button", { name: "CSV of all" }).click(),
  ]);
  const text = await textOf(file);
  const lines = text.split("\r\n");
  expect(lines.pop()).toBe("");
  const [head, ...rows] = lines;
  const place = head!.split(",").indexOf("provider_event_id");
  expect(place).toBeGreaterThan(-1);
  expect(rows).toHaveLength(ROWS);
  // No cell before this one holds a comma.
  const ids = rows.map((row) => /\bevt_\d+\b/.exec(row)?.[0]);
  expect(ids[0]).toBe(`evt_${ROWS}`);
  expect(ids.at(-1)).toBe("evt_1");
  expect(new Set(ids).size).toBe(ROWS);
  expect(text).toContain('"a ""quoted"", comma\nand a line"');
  expect(text).toContain(`"'=HYPERLINK(""x"")"`);
  await page.getByText("100,000 rows saved as CSV.").first().waitFor();
  expect(page.errors).toEqual([]);
  await page.context().close();
});

test("while a CSV is loaded the page answers, and stopping it saves nothing", async () => {
  const page = await site.openAsAdmin("events");
  await page.getByText("100,000 rows", { exact: true }).waitFor();
  let saved = 0;
  page.on("download", () => saved++);
  // The fourth page is held back: the page is in the middle of it until the end of this test.
  let pages = 0;
  await page.route("**/rest/v1/rpc/list", async (route) => {
    if (route.request().postDataJSON()?.size !== 1_000 || ++pages < 4) await route.continue();
  });
  await page.getByRole("button", { name: "CSV of all" }).click();
  const stop = page.getByRole("button", { name: "3,000 loaded: stop" });
  await stop.waitFor();
  await page.keyboard.press("?");
  await page.getByRole("dialog").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await stop.click();
  await page.getByRole("button", { name: "CSV of all" }).waitFor();
  expect(pages).toBe(4);
  expect(saved).toBe(0);
  expect(page.errors).toEqual([]);
  await page.context().close();
});
