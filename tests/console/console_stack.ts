/** A stack with an admin and some traffic, to be looked at through the console. */
import { createClient } from "@supabase/supabase-js";
import type { BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import WebSocket from "ws";
import { DEMO_ADMIN, makeAdmin, signUpConfirmed } from "../../local/accounts.ts";
import type { StackOptions } from "../../local/stack.ts";
import { startBrowser } from "../../simulator/browser.ts";
import { aSale, paymentEvent, postStripe, startTestStack, type TestStack } from "../stack/test_stack.ts";

export const NO_ADMIN = { email: "buyer@example.com", password: "correct horse battery" };

export interface ConsoleStack extends TestStack {
  /** A new browser session on the sign-in page. Every error of the page lands in `errors`. */
  open(path?: string, options?: BrowserContextOptions): Promise<Page & { errors: string[] }>;
  /** The same, signed in as the admin: with the session of one sign-in, which no test may end or renew. */
  openAsAdmin(path?: string, options?: BrowserContextOptions): Promise<Page & { errors: string[] }>;
}

export async function startConsoleStack(options?: StackOptions): Promise<ConsoleStack> {
  const testStack = await startTestStack(options);
  const { stack, sql } = testStack;
  const browser = await startBrowser().catch(async (error) => {
    await testStack.stop();
    throw error;
  });
  const client = createClient(stack.apiUrl, stack.publishableKey, {
    auth: { persistSession: false, autoRefreshToken: false },
    realtime: { transport: WebSocket as never },
  });
  await makeAdmin(client, sql, DEMO_ADMIN);
  await signUpConfirmed(client, sql, NO_ADMIN);
  let signedIn: ReturnType<BrowserContext["storageState"]> | undefined;

  async function open(path = "", options: BrowserContextOptions = {}) {
    // The language of this machine may be one that no library knows; one test asks for it on purpose.
    const context = await browser.newContext({ locale: "en-GB", ...options });
    context.setDefaultTimeout(120_000);
    const page = await context.newPage();
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(error.message));
    page.on("console", (message) => {
      // The browser's own line about an answer such as 403: the page says the same in words.
      if (message.type() === "error" && !/^Failed to load resource/.test(message.text())) errors.push(message.text());
    });
    await page.goto(`${stack.consoleUrl}${path}`);
    return Object.assign(page, { errors });
  }

  return {
    ...testStack,
    open,
    async openAsAdmin(path, options) {
      signedIn ??= open().then(async (page) => {
        await signIn(page, DEMO_ADMIN);
        await page.getByRole("heading", { name: "Home" }).waitFor();
        return await page.context().storageState();
      });
      return await open(path, { ...options, storageState: await signedIn });
    },
    async stop() {
      await browser.close();
      await testStack.stop();
    },
  };
}

export async function signIn(page: Page, { email, password }: { email: string; password: string }): Promise<void> {
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/** A paid order of 49.00 EUR. @returns its number and the event that paid it. */
export async function aPurchase(testStack: TestStack, email = "amina.buyer@example.com") {
  const { sql } = testStack;
  const sale = await aSale(testStack, { email });
  const response = await postStripe(testStack, paymentEvent("stripe", "captured", sale));
  if (response.status !== 200) throw new Error(`stripe answered ${response.status}: ${await response.text()}`);
  const [row] = await sql`select o.id, o.number::text as number from public.orders o
    where o.checkout_session_id = ${sale.checkout}`;
  return { ...sale, order: row!.id as string, number: row!.number as string };
}
