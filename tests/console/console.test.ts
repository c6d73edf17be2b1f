/** The console in a browser, on a whole stack. */
import { AxeBuilder } from "@axe-core/playwright";
import type { Page, WebSocketRoute } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DEMO_ADMIN } from "../../local/accounts.ts";
import { picture, still } from "../browser/pictures.ts";
import { aSale, paymentEvent, postStripe } from "../stack/test_stack.ts";
import { until, untilHolds } from "../until.ts";
import { aPurchase, type ConsoleStack, NO_ADMIN, signIn, startConsoleStack } from "./console_stack.ts";

let site: ConsoleStack;

beforeAll(async () => {
  site = await startConsoleStack();
});
afterAll(() => site.stop());

const heading = (page: Page, name: string | RegExp) => page.getByRole("heading", { level: 1, name }).waitFor();
const alertText = (page: Page) => page.getByRole("alert").first().innerText();
const close = (page: Page) => page.context().close();

/** Railway refuses every message for good, until `mend` is called. */
function breakRailway(): () => void {
  site.receiver.answer(({ path }) =>
    path === "/railway"
      ? { status: 400, headers: { "webhook-delivery": "abort-message" }, body: "no such order type" }
      : { status: 200 },
  );
  return () => site.receiver.answer(() => ({ status: 200, body: "Accepted" }));
}

/** A purchase whose message to Railway is dead. */
async function aDeadDelivery(email: string) {
  const mend = breakRailway();
  const bought = await aPurchase(site, email);
  const id = await until("a dead delivery", async () => {
    const [row] = await site.sql`select d.id::text from outbox.deliveries d
      join outbox.messages m on m.id = d.message_id
      where d.destination = 'railway' and d.status = 'dead' and m.record_key = ${`orders/${bought.order}`}`;
    return row?.id as string | undefined;
  });
  mend();
  return { ...bought, delivery: id };
}

const statusOf = async (delivery: string) => {
  const [row] = await site.sql`select status::text from outbox.deliveries where id = ${delivery}`;
  return row!.status as string;
};

describe("who is let in", () => {
  test("a wrong password is refused, with what to do", async () => {
    const page = await site.open();
    await signIn(page, { ...DEMO_ADMIN, password: "not this one" });
    expect(await alertText(page)).toContain("E-mail address and password do not belong together.");
    await close(page);
  });

  test("an account that is no admin is refused, and can sign in as another", async () => {
    const page = await site.open();
    await signIn(page, NO_ADMIN);
    await heading(page, "Not an admin");
    expect(await alertText(page)).toContain("insert into public.admins");
    await page.getByRole("button", { name: "Sign in with another account" }).click();
    await signIn(page, DEMO_ADMIN);
    await heading(page, "Home");
    await close(page);
  });

  test("after signing in the address is the one that was asked for", async () => {
    const page = await site.open("deliveries?status=dead");
    await signIn(page, DEMO_ADMIN);
    await heading(page, "Deliveries");
    expect(await page.getByLabel("status").inputValue()).toBe("dead");
    expect(page.errors).toEqual([]);
    await close(page);
  });

  test("an admin who is removed sees nothing more at once", async () => {
    const page = await site.openAsAdmin();
    await heading(page, "Home");
    await site.sql`delete from public.admins`;
    try {
      await heading(page, "Not an admin");
    } finally {
      await site.sql`insert into public.admins (user_id) select id from auth.users where email = ${DEMO_ADMIN.email}`;
    }
    await close(page);
  });

  test("a page left open overnight renews its session when it is looked at", async () => {
    const page = await site.open();
    await signIn(page, DEMO_ADMIN);
    await heading(page, "Home");
    const before = await endOfToken(page, Date.now() / 1_000 - 3_600);
    await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
    await untilHolds(async () => expect(await endOfToken(page)).toBeGreaterThan(before));
    await page.getByRole("link", { name: "Events", exact: true }).first().click();
    await heading(page, "Events");
    await close(page);
  });

  test("a session that cannot be renewed ends on the sign-in page, and comes back to where it was", async () => {
    const page = await site.open("destinations");
    await signIn(page, DEMO_ADMIN);
    await heading(page, "Destinations");
    await page.evaluate(() => {
      const stored = JSON.parse(localStorage.getItem("signalbox-console")!);
      const ended = { ...stored, access_token: "x", refresh_token: "gone", expires_at: 1 };
      localStorage.setItem("signalbox-console", JSON.stringify(ended));
    });
    await heading(page, "Sign in");
    await page.getByText("Your session has ended.").waitFor();
    await signIn(page, DEMO_ADMIN);
    await heading(page, "Destinations");
    await close(page);
  });

  test("while the API is away the page says so, and goes on by itself", async () => {
    const page = await site.openAsAdmin();
    await heading(page, "Home");
    await page.context().route("**/rest/v1/**", (route) => route.abort());
    await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
    await page
      .getByText(/does not answer/)
      .first()
      .waitFor();
    await page.context().unroute("**/rest/v1/**");
    await untilHolds(async () => expect(await page.getByText(/does not answer/).count()).toBe(0));
    await close(page);
  });
});

/** When the stored token ends, in epoch seconds; with `set`, it is changed first. */
function endOfToken(page: Page, set?: number): Promise<number> {
  return page.evaluate((end) => {
    const stored = JSON.parse(localStorage.getItem("signalbox-console")!);
    if (end !== undefined) localStorage.setItem("signalbox-console", JSON.stringify({ ...stored, expires_at: end }));
    return end ?? stored.expires_at;
  }, set);
}

describe("news", () => {
  const anEvent = (type: string) => site.sql`
    insert into inbox.events (provider, type, status, trust, provider_event_id, body)
    values ('stripe', ${type}, 'ignored', 'confirmed', ${type}, '{}')`;
  const is = (page: Page, word: "Live" | "Polling" | "Paused") => page.getByRole("button", { name: word }).waitFor();
  /** Nothing is looked up in intervals: what is shown, the page was told of. */
  const neverPolls = (page: Page) => page.addInitScript(() => Object.assign(window, { setInterval: () => 0 }));

  /** A page whose socket is watched, and may be cut. */
  async function watched(prepare: (page: Page) => Promise<unknown>) {
    const page = await site.openAsAdmin("about-to-look");
    const frames: string[] = [];
    const sockets: WebSocketRoute[] = [];
    const line = { isCut: false };
    await page.routeWebSocket(/realtime/, (socket) => {
      if (line.isCut) return void socket.close();
      sockets.push(socket);
      const server = socket.connectToServer();
      socket.onMessage((frame) => {
        frames.push(JSON.parse(String(frame)).event);
        server.send(frame);
      });
    });
    await prepare(page);
    await page.goto(`${site.stack.consoleUrl}events`);
    await is(page, "Live");
    return { page, frames, sockets, line };
  }

  test("an event that arrives is on an open page, which looks up nothing in intervals", async () => {
    const { page } = await watched(neverPolls);
    await anEvent("told.first");
    await page.getByRole("link", { name: "told.first" }).waitFor();
    // Within the second in which nothing more is told, too.
    await anEvent("told.second");
    await page.getByRole("link", { name: "told.second" }).waitFor();
    expect(page.errors).toEqual([]);
    await close(page);
  });

  test("while the socket is dead the page polls; when it is back, it shows what was missed", async () => {
    const { page, sockets, line } = await watched(async () => {});
    line.isCut = true;
    await sockets.at(-1)!.close();
    await is(page, "Polling");
    await anEvent("polled.first");
    await page.getByRole("link", { name: "polled.first" }).waitFor();
    line.isCut = false;
    await is(page, "Live");
    await close(page);
  });

  test("what happened while the socket was dead is asked for when it is joined again", async () => {
    const { page, sockets, line } = await watched(neverPolls);
    line.isCut = true;
    await sockets.at(-1)!.close();
    await is(page, "Polling");
    await anEvent("missed.first");
    line.isCut = false;
    await is(page, "Live");
    await page.getByRole("link", { name: "missed.first" }).waitFor();
    await close(page);
  });

  test("a channel that ends with its token is joined again", async () => {
    const { page, frames, sockets } = await watched(neverPolls);
    sockets.at(-1)!.send(JSON.stringify({ topic: "realtime:admins", event: "phx_close", payload: {}, ref: null }));
    await until("another join", async () => frames.filter((event) => event === "phx_join").length === 2);
    await is(page, "Live");
    await close(page);
  });

  test("a page that wakes hands its socket the renewed token", async () => {
    const page = await site.open();
    const frames: string[] = [];
    page.on("websocket", (socket) => socket.on("framesent", ({ payload }) => frames.push(String(payload))));
    await signIn(page, DEMO_ADMIN);
    await is(page, "Live");
    // Of one second two tokens are the same text.
    await until("another second", async () => {
      const issued = await page.evaluate(() => {
        const { access_token } = JSON.parse(localStorage.getItem("signalbox-console")!);
        return JSON.parse(atob(access_token.split(".")[1])).iat as number;
      });
      return Date.now() / 1_000 > issued + 1;
    });
    await endOfToken(page, Date.now() / 1_000 - 3_600);
    await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
    await untilHolds(async () => expect(frames.map((frame) => JSON.parse(frame).event)).toContain("access_token"));
    await is(page, "Live");
    await close(page);
  });

  test("paused, it shows nothing new until it goes on", async () => {
    const { page } = await watched(async () => {});
    await page.getByRole("button", { name: "Live" }).click();
    await is(page, "Paused");
    let calls = 0;
    page.on("request", (request) => request.url().includes("/rpc/list") && calls++);
    await anEvent("paused.first");
    // Another page is told, and has looked: this one was not.
    const other = await site.openAsAdmin("events");
    await other.getByRole("link", { name: "paused.first" }).waitFor();
    expect(calls).toBe(0);
    await close(other);
    await page.getByRole("button", { name: "Paused" }).click();
    await is(page, "Live");
    await page.getByRole("link", { name: "paused.first" }).waitFor();
    await close(page);
  });
});

describe("a failed delivery", () => {
  test("by mouse: found by the buyer's address, read on the line, previewed, sent again", async () => {
    const { delivery, number } = await aDeadDelivery("mouse@example.com");
    const page = await site.openAsAdmin();
    await page.getByRole("searchbox", { name: "Find anything" }).fill("mouse@example.com");
    await page.keyboard.press("Enter");
    await page.getByRole("link", { name: new RegExp(`Order ${number}`) }).click();
    await heading(page, new RegExp(`Order ${number}`));
    const step = page.getByRole("listitem").filter({ hasText: "railway: dead" });
    expect(await step.innerText()).toContain("it will never take this message");
    await step.getByRole("link").click();
    await page.getByRole("button", { name: "Send now" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("to railway").waitFor();
    expect(await statusOf(delivery)).toBe("dead");
    await dialog.getByRole("button", { name: "Send now" }).click();
    await dialog.waitFor({ state: "detached" });
    await until("delivered", async () => (await statusOf(delivery)) === "delivered");
    await page.getByText("delivered", { exact: true }).first().waitFor();
    expect(page.errors).toEqual([]);
    await close(page);
  });

  test("by keyboard alone, from Home", async () => {
    await aDeadDelivery("keyboard@example.com");
    const page = await site.openAsAdmin();
    await heading(page, "Home");
    const item = page.getByRole("listitem").filter({ has: page.getByRole("heading", { name: "delivery dead" }) });
    await item.first().waitFor();
    for (let i = 0; i < 20 && !(await isOn(page, "delivery dead")); i++) await page.keyboard.press("j");
    expect(await isOn(page, "delivery dead")).toBe(true);
    await page.keyboard.press("r");
    const dialog = page.getByRole("dialog");
    await dialog.getByText("to railway").waitFor();
    const delivery = await dialog.locator("[data-fixed] code").innerText();
    const confirm = dialog.locator("button[type=submit]");
    for (let i = 0; i < 20 && !(await confirm.evaluate((it) => it === document.activeElement)); i++)
      await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await dialog.waitFor({ state: "detached" });
    await until("delivered", async () => (await statusOf(delivery)) === "delivered");
    await close(page);
  });

  test("what has changed since the preview is refused, and shown anew", async () => {
    const { delivery } = await aDeadDelivery("changed@example.com");
    const page = await site.openAsAdmin(`deliveries/${delivery}`);
    await page.getByRole("button", { name: "Cancel" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("reason", { exact: true }).fill("the order is void");
    await dialog.getByText("What it does now").waitFor();
    await site.sql`update outbox.deliveries set status = 'pending', settled_at = null,
      next_attempt_at = now() + interval '1 day' where id = ${delivery}`;
    await dialog.locator("button[type=submit]").click();
    await dialog.getByText(/changed since the preview/).waitFor();
    expect(await statusOf(delivery)).toBe("pending");
    await dialog.getByText("What it does now").waitFor();
    await dialog.locator("button[type=submit]").click();
    await dialog.waitFor({ state: "detached" });
    expect(await statusOf(delivery)).toBe("cancelled");
    await close(page);
  });

  test("Copy as SQL is the statement that Studio would run", async () => {
    const { delivery } = await aDeadDelivery("copy@example.com");
    const page = await site.openAsAdmin(`deliveries/${delivery}`, {
      permissions: ["clipboard-read", "clipboard-write"],
    });
    await page.getByRole("button", { name: "Send now" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Copy as SQL" }).click();
    await page.getByRole("dialog").getByText("Copied").waitFor();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toBe(`select outbox.retry(delivery_id => ${delivery})`);
    await close(page);
  });

  test("all that match are sent again by a job, which says how many", async () => {
    const first = await aDeadDelivery("job1@example.com");
    const second = await aDeadDelivery("job2@example.com");
    const page = await site.openAsAdmin("deliveries?status=dead&destination=railway");
    await page.getByRole("button", { name: "All that match …" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("radio", { name: /^Send now/ }).check();
    await dialog.getByLabel("reason", { exact: true }).fill("Railway is mended");
    await dialog.getByRole("button", { name: "Start the job" }).click();
    await heading(page, "Jobs");
    const job = page.getByRole("listitem").filter({ hasText: "Railway is mended" });
    await job.getByText("done", { exact: true }).waitFor();
    for (const { delivery } of [first, second])
      await until("delivered", async () => (await statusOf(delivery)) === "delivered");
    await close(page);
  });
});

const isOn = (page: Page, name: string) =>
  page.evaluate((title) => document.activeElement?.querySelector("h3")?.textContent === title, name);

test("where nothing may be broken on purpose, the page Break it and its endpoint do not exist", async () => {
  const page = await site.openAsAdmin("break");
  await heading(page, "No such page");
  expect(await page.getByRole("link", { name: "Break it" }).count()).toBe(0);
  const headers = { "content-type": "application/json", origin: site.stack.apiUrl };
  const response = await fetch(`${site.stack.apiUrl}/local/break`, { method: "POST", headers, body: '{"do":"heal"}' });
  expect(response.status).toBe(404);
  await close(page);
});

describe("what strangers send", () => {
  test("markup in a payload is text, and numbers keep their digits", async () => {
    const markup = `<img src=x onerror="window.hacked = true"><script>window.hacked = true</script>`;
    const body = `{"id": "evt_markup", "note": ${JSON.stringify(markup)}, "large": 90071992547409931234}`;
    const [event] = await site.sql`insert into inbox.events (provider, type, status, trust, provider_event_id, body)
      values ('stripe', ${markup}, 'ignored', 'confirmed', 'evt_markup', ${body}) returning id`;
    const page = await site.openAsAdmin(`events/${event!.id}`);
    await heading(page, markup);
    const payload = page.getByRole("region", { name: "Payload, scrollable" });
    await payload.getByText("90071992547409931234").waitFor();
    expect(await payload.innerText()).toContain("onerror=");
    expect(await page.evaluate(() => "hacked" in window)).toBe(false);
    expect(await page.locator("main img, main script").count()).toBe(0);
    await close(page);
  });

  test("of a payload of 5 MB only the lines in view are in the page", async () => {
    const large = JSON.stringify({ items: "x".repeat(5_000_000) });
    const [event] = await site.sql`insert into inbox.events (provider, type, status, trust, provider_event_id, body)
      values ('stripe', 'large', 'ignored', 'confirmed', 'evt_large', ${large}) returning id`;
    const page = await site.openAsAdmin(`events/${event!.id}`);
    await page.getByText("5,000,012 bytes").waitFor();
    expect(await page.locator(".payload-line").count()).toBeLessThan(150);
    await page.getByRole("region", { name: "Payload, scrollable" }).evaluate((it) => it.scrollTo(0, it.scrollHeight));
    await page.locator(".payload-line").getByText(/"\}$/).waitFor();
    await close(page);
  });
});

describe("lists", () => {
  beforeAll(async () => {
    await site.sql`insert into ops.decisions (command, about, reason)
      select 'test.scroll', 'row ' || n, 'because of ' || n from generate_series(1, 1500) n`;
  });

  test("thousands of rows are loaded as one scrolls, and few are in the page", async () => {
    const page = await site.openAsAdmin("decisions?type=test.scroll");
    await page.getByText("1,500 rows").waitFor();
    const table = page.getByRole("region", { name: "Decisions, scrollable" });
    // Ids of one millisecond have no order among them: it need not be the row that was inserted first.
    const [last] = await site.sql`
      select about from ops.decisions where command = 'test.scroll' order by id limit 1`;
    await until("the last row", async () => {
      await table.evaluate((it) => it.scrollTo(0, it.scrollHeight));
      return (await page.getByRole("cell", { name: last!.about, exact: true }).count()) === 1;
    });
    expect(await page.getByRole("row").count()).toBeLessThan(100);
    await close(page);
  });

  test("a filter changes the address, and the address the list", async () => {
    const page = await site.openAsAdmin("decisions");
    await page.getByLabel("text").fill("because of 77");
    await page.getByRole("button", { name: "Filter", exact: true }).click();
    await page.waitForURL(/text=because\+of\+77/);
    await page.getByText("11 rows").waitFor();
    await page.goBack();
    await untilHolds(async () => expect(await page.getByLabel("text").inputValue()).toBe(""));
    await close(page);
  });

  test("a filter that the database does not take is explained", async () => {
    const page = await site.openAsAdmin("events?status=lost");
    await page.getByRole("alert").first().waitFor();
    expect(await alertText(page)).toMatch(/status/);
    await close(page);
  });

  test("all rows can be saved as CSV", async () => {
    const page = await site.openAsAdmin("decisions?type=test.scroll");
    await page.getByText("1,500 rows").waitFor();
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "CSV of all" }).click(),
    ]);
    const chunks: Buffer[] = [];
    for await (const chunk of await file.createReadStream()) chunks.push(chunk as Buffer);
    expect(Buffer.concat(chunks).toString().trim().split("\r\n")).toHaveLength(1_501);
    await close(page);
  });
});

describe("destinations", () => {
  test("pausing asks why, and Home and the list show it", async () => {
    const page = await site.openAsAdmin("destinations/railway_stripe");
    await page.getByRole("button", { name: "Pause" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("The preview follows when you have filled in: reason.").waitFor();
    await dialog.getByLabel("reason", { exact: true }).fill("maintenance tonight");
    await dialog.getByText("What it does now").waitFor();
    await dialog.locator("button[type=submit]").click();
    await dialog.waitFor({ state: "detached" });
    await page.getByText("maintenance tonight").waitFor();
    await page.getByRole("button", { name: "Resume" }).click();
    await dialog.getByText("What it does now").waitFor();
    await dialog.locator("button[type=submit]").click();
    await dialog.waitFor({ state: "detached" });
    await page.getByText("well", { exact: true }).waitFor();
    await close(page);
  });
});

describe("a refund", () => {
  test("whose answer is lost is requested once", async () => {
    const { order } = await aPurchase(site, "lost@example.com");
    const [paid] = await site.sql`select payment_id::text as id from public.orders where id = ${order}`;
    const page = await site.openAsAdmin("commands");
    await page.getByRole("button", { name: "Refund …", exact: true }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("payment id").fill(paid!.id as string);
    await dialog.getByLabel("amount minor").fill("1000");
    await dialog.getByLabel("reason", { exact: true }).fill("broken");
    await dialog.getByText("What it does now").waitFor();
    await page.context().route("**/rest/v1/rpc/run", async (route) => {
      await route.fetch();
      await route.abort();
    });
    await dialog.locator("button[type=submit]").click();
    await dialog.getByText("It may have been done. Press the button again").waitFor();
    await page.context().unroute("**/rest/v1/rpc/run");
    await dialog.locator("button[type=submit]").click();
    await dialog.waitFor({ state: "detached" });
    const requests =
      await site.sql`select amount_minor::int from public.refund_requests where payment_id = ${paid!.id}`;
    expect(requests.map(({ amount_minor }) => amount_minor)).toEqual([1_000]);
    await close(page);
  });
});

const PAGES = [
  ["", "Home"],
  ["find?q=mouse@example.com", "Found"],
  ["charts", "Charts"],
  ["events", "Events"],
  ["rejections", "Rejections"],
  ["reconciliations", "Reconciliations"],
  ["messages", "Messages"],
  ["deliveries", "Deliveries"],
  ["destinations", "Destinations"],
  ["audit", "Audit"],
  ["audits", "Audit runs"],
  ["incidents", "Incidents"],
  ["alerts", "Alerts"],
  ["decisions", "Decisions"],
  ["jobs", "Jobs"],
  ["retention", "Retention"],
  ["commands", "Commands"],
  ["settings", "Settings"],
  ["nowhere/at/all", "No such page"],
] as const;

describe("every page", () => {
  /** Each is opened once, and looked at in light, dark and narrow. */
  const faults: Record<"light" | "dark" | "narrow" | "reported", string[]> = {
    ...{ light: [], dark: [], narrow: [], reported: [] },
  };
  beforeAll(async () => {
    // Pages with something to say: a delivery that is dead, and a payment of too little.
    const { delivery, order } = await aDeadDelivery("amina.buyer@example.com");
    const tooLittle = paymentEvent("stripe", "captured", await aSale(site), {
      "data.object.amount": 2450,
      "data.object.amount_received": 2450,
    });
    expect((await postStripe(site, tooLittle)).status).toBe(200);
    const page = await site.openAsAdmin("", { colorScheme: "light" });
    await heading(page, "Home");
    const wide = page.viewportSize()!;
    const pages: (readonly [path: string, title: string, name?: string])[] = [
      ...PAGES,
      [`deliveries/${delivery}`, "", "delivery"],
      [`line/order/${order}`, "Order", "line"],
    ];
    for (const [path, title, name = title] of pages) {
      await page.goto(`${site.stack.consoleUrl}${path}`);
      await heading(page, new RegExp(`^${title}`));
      await page.getByText("Loading …").first().waitFor({ state: "detached" });
      const note = async (where: "light" | "dark", axe: AxeBuilder) => {
        const { violations } = await axe.analyze();
        faults[where].push(...violations.map(({ id, nodes }) => `${path}: ${id} at ${nodes[0]?.html}`));
      };
      await still(page);
      await note("light", new AxeBuilder({ page }));
      await picture(page, `console ${name} light`);
      await page.emulateMedia({ colorScheme: "dark" });
      await still(page);
      // Of what axe looks at, colours alone are others.
      await note("dark", new AxeBuilder({ page }).withRules(["color-contrast"]));
      await picture(page, `console ${name} dark`);
      await page.setViewportSize({ width: 390, height: 844 });
      // Charts follow the width in a frame of their own.
      await still(page);
      const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      if (over > 0) faults.narrow.push(`${path}: ${over} px`);
      await picture(page, `console ${name} narrow`);
      await page.emulateMedia({ colorScheme: "light" });
      await page.setViewportSize(wide);
    }
    faults.reported = page.errors;
    await close(page);
  });

  test("light: axe finds no fault", () => expect(faults.light).toEqual([]));
  test("dark: axe finds no fault", () => expect(faults.dark).toEqual([]));
  test("fits a phone's width", () => expect(faults.narrow).toEqual([]));
  test("reports no error", () => expect(faults.reported).toEqual([]));

  test("charts change their colours when the system goes dark while the page is open", async () => {
    const page = await site.openAsAdmin("charts", { colorScheme: "light" });
    const canvas = page.locator(".chart canvas").first();
    await canvas.waitFor();
    /** The lightest grey of the grid and the text: pixels that are not transparent, as a mean of their channels. */
    const drawn = () =>
      canvas.evaluate((it: HTMLCanvasElement) => {
        const { data } = it.getContext("2d")!.getImageData(0, 0, it.width, it.height);
        let most = 0;
        for (let i = 0; i < data.length; i += 4) {
          if (data[i + 3]! > 250) most = Math.max(most, (data[i]! + data[i + 1]! + data[i + 2]!) / 3);
        }
        return most;
      });
    await untilHolds(async () => expect(await drawn()).toBeGreaterThan(200));
    await page.emulateMedia({ colorScheme: "dark" });
    await untilHolds(async () => {
      const lightest = await drawn();
      expect(lightest).toBeGreaterThan(0);
      expect(lightest).toBeLessThan(200);
    });
    await close(page);
  });

  test("on a phone the menu leads to every page", async () => {
    const page = await site.openAsAdmin("", { viewport: { width: 390, height: 844 } });
    await heading(page, "Home");
    await page.getByRole("button", { name: "Menu" }).click();
    await page.getByRole("link", { name: "Destinations", exact: true }).click();
    await heading(page, "Destinations");
    await close(page);
  });

  test("the dialog of an action and the list of keys have no fault that axe finds", async () => {
    const page = await site.openAsAdmin("destinations/make");
    await page.getByRole("button", { name: "Pause" }).click();
    await page.getByRole("dialog").getByLabel("reason", { exact: true }).waitFor();
    expect((await new AxeBuilder({ page }).analyze()).violations.map(({ id }) => id)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.keyboard.press("?");
    await page.getByRole("dialog").getByText("find anything").waitFor();
    expect((await new AxeBuilder({ page }).analyze()).violations.map(({ id }) => id)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.keyboard.press("g");
    await page.keyboard.press("e");
    await heading(page, "Events");
    await close(page);
  });

  test("works where the system's language is one that no library knows", async () => {
    const page = await site.open("charts");
    await page.addInitScript(() => {
      Object.defineProperty(Navigator.prototype, "language", { get: () => "en-US@posix" });
      Object.defineProperty(Navigator.prototype, "languages", { get: () => ["en-US@posix"] });
    });
    await page.reload();
    await signIn(page, DEMO_ADMIN);
    await page.locator(".chart canvas").first().waitFor();
    expect(page.errors).toEqual([]);
    await close(page);
  });
});
