/** A stack with a shop, an admin and a buyer, a browser, and the pages that are looked at. */
import { createClient } from "@supabase/supabase-js";
import type { Browser, BrowserContext } from "playwright-core";
import postgres from "postgres";
import WebSocket from "ws";
import { DEMO_ADMIN, makeAdmin, signUpConfirmed } from "../../local/accounts.ts";
import { developmentEnvironment } from "../../local/environment.ts";
import { seedShop } from "../../local/seed_shop.ts";
import { startStack } from "../../local/stack.ts";
import { startBrowser } from "../../simulator/browser.ts";
import { STORAGE_KEY, serveBarePages } from "./bare_pages.ts";
import type { Watcher } from "./commit_to_screen.ts";
import type { Opening } from "./first_paint.ts";
import { watchScreen } from "./seen.ts";

const BUYER = { email: "reader@example.com", password: "correct horse battery" };

export const CONSOLE = "console, events";

export interface Screens {
  browser: Browser;
  /** As the owner of the database. */
  sql: postgres.Sql;
  openings: Opening[];
  watchers: Watcher[];
  stop(): Promise<void>;
}

export async function openScreens(): Promise<Screens> {
  const ends: (() => Promise<unknown>)[] = [];

  async function stop(): Promise<void> {
    for (const end of ends.splice(0).reverse()) await end();
  }

  async function start(): Promise<Screens> {
    // The workers of pg_net and cron come after what is measured.
    const background = { cron: false, pgNet: false };
    const stack = await startStack({
      env: developmentEnvironment(),
      background,
      log: (line) => line.startsWith("[mail]") || console.error(line),
    });
    ends.push(stack.stop);
    const sql = postgres(stack.dbUrl, { max: 2, onnotice() {} });
    ends.push(() => sql.end({ timeout: 1 }));
    await seedShop(sql);
    await sql`
      insert into public.products (sku, name, price_minor, currency, stock, ships)
      values ('bench-print', 'A pattern to download', 1900, 'EUR', 100000, false)`;
    const client = createClient(stack.apiUrl, stack.publishableKey, {
      auth: { persistSession: false, autoRefreshToken: false },
      realtime: { transport: WebSocket as never },
    });
    await makeAdmin(client, sql, DEMO_ADMIN);
    const buyer = await signUpConfirmed(client, sql, BUYER);
    const { session } = (await client.auth.getSession()).data;
    const bare = await serveBarePages(stack);
    ends.push(bare.stop);
    const browser = await startBrowser();
    ends.push(() => browser.close());
    const asAdmin = await signedIn(browser, stack.consoleUrl, DEMO_ADMIN, "Home");
    const asBuyer = await signedIn(browser, `${stack.storefrontUrl}account`, BUYER, "My page");
    await asBuyer.addInitScript(
      ([key, value]) => localStorage.setItem(key!, value!),
      [STORAGE_KEY, JSON.stringify(session)],
    );

    const notify = (transaction: postgres.Sql, text: string) =>
      transaction`insert into public.notifications (user_id, kind, title) values (${buyer.id}, 'benchmark', ${text})`;
    const notified = { context: asBuyer, insert: notify };
    const successPage = successPageOf(sql, `${stack.storefrontUrl}checkout/success`);
    return {
      browser,
      sql,
      openings: [
        { page: "console, sign-in", url: stack.consoleUrl, content: "Password" },
        {
          page: "console, home",
          url: stack.consoleUrl,
          content: "deliveries in 24 h",
          storageState: await asAdmin.storageState(),
        },
        { page: "storefront", url: stack.storefrontUrl, content: "Enamel mug" },
      ],
      watchers: [
        {
          name: CONSOLE,
          does: "is told by Realtime that events have changed, and asks for its page again",
          context: asAdmin,
          url: `${stack.consoleUrl}events`,
          live: (page) => page.getByRole("button", { name: "Live" }).waitFor(),
          insert: (transaction, text) =>
            transaction`insert into inbox.events (provider, type, status, trust, provider_event_id, body)
              values ('stripe', ${text}, 'ignored', 'signed', ${text}, '{}')`,
        },
        {
          name: "storefront, my page",
          does: "watches its topic with clients/web, and reads all that is on the page again",
          url: `${stack.storefrontUrl}account`,
          live: (page) => page.getByRole("heading", { name: "My page" }).waitFor(),
          ...notified,
        },
        {
          name: "storefront, success page",
          does: "waits for the payment with clients/web: hears of the order on user:<id>, and asks functions/payment-status",
          context: asBuyer,
          url: `${stack.storefrontUrl}account`,
          live: (page) => page.getByRole("heading", { name: "My page" }).waitFor(),
          ...successPage,
        },
        {
          name: "postgres_changes",
          does: "a bare page that shows the row that Realtime sends",
          url: bare.url("postgres_changes"),
          live: (page) => page.locator("html[data-live]").waitFor(),
          ...notified,
        },
        {
          name: "polling",
          does: "a bare page that asks for the newest 20 rows each second",
          url: bare.url("polling"),
          live: (page) => page.locator("html[data-live]").waitFor(),
          ...notified,
        },
      ],
      stop,
    };
  }

  try {
    return await start();
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Each row is a captured payment, with the order it makes; each is awaited on the page of its own checkout. */
function successPageOf(sql: postgres.Sql, url: string): Pick<Watcher, "next" | "insert"> {
  let awaited: { id: string; total: number } | undefined;
  return {
    async next(page) {
      const [made] = await sql`
        select commerce.open_checkout(${BUYER.email}, '[{"sku": "bench-print", "quantity": 1}]') as id`;
      const [opened] = await sql<{ id: string; total: number }[]>`
        select id, total_minor::integer as total from public.checkout_sessions where id = ${made!.id}`;
      const { id } = opened!;
      awaited = opened!;
      await page.goto(`${url}?checkout_session_id=${id}`);
      await page.getByRole("heading", { name: "Processing payment…" }).waitFor();
      return "Payment received";
    },
    async insert(transaction) {
      const { id, total } = awaited!;
      const fact = {
        ...{ type: "payment.captured", provider_ref: `pi_${id}`, checkout_session_id: id },
        ...{ amount_minor: total, currency: "EUR", occurred_at: new Date().toISOString() },
      };
      const event = {
        ...{ provider: "stripe", provider_event_id: `evt_${id}`, type: "checkout.session.completed", trust: "signed" },
        ...{ body: "{}", headers: {}, facts: [fact], occurred_at: fact.occurred_at },
      };
      const [received] = await transaction`select status from inbox.receive(${transaction.json([event])})`;
      if (received!.status !== "applied") throw new Error(`The payment of ${id} is ${received!.status}`);
    },
  };
}

/** A browser profile in which somebody has signed in; the page has `heading` then. */
async function signedIn(
  browser: Browser,
  url: string,
  { email, password }: typeof BUYER,
  heading: string,
): Promise<BrowserContext> {
  const context = await newContext(browser);
  const page = await context.newPage();
  await page.goto(url);
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: heading }).waitFor();
  await page.close();
  return context;
}

async function newContext(browser: Browser): Promise<BrowserContext> {
  const context = await browser.newContext({ locale: "en-GB" });
  context.setDefaultTimeout(60_000);
  await watchScreen(context);
  return context;
}
