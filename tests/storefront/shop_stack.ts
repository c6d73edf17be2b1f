/** The shop of `npm start`, with a browser to buy in: what a buyer sees and does. */
import type { Browser, BrowserContext, BrowserContextOptions, Page, Request } from "playwright-core";
import { seedShop } from "../../local/seed_shop.ts";
import type { StackOptions } from "../../local/stack.ts";
import { startBrowser } from "../../simulator/browser.ts";
import { sendWebhooks } from "../../simulator/pay.ts";
import { SESSION_KEY } from "../../web/storefront/src/api/session_key.ts";
import { type aBuyer, startTestStack, type TestStack } from "../stack/test_stack.ts";

export type ShopPage = Page & {
  /** There must be none. */
  errors: string[];
  /** How many requests have no answer yet. */
  unanswered(): number;
};

export interface ShopStack extends TestStack {
  /** A new browser, without a cart or an account, at this path of the shop. */
  open(path?: string, options?: BrowserContextOptions): Promise<ShopPage>;
  /** The same, signed in with an account of its own, whose address is confirmed. */
  openAs(account: Account, path?: string, options?: BrowserContextOptions): Promise<ShopPage>;
  /** What Auth would have mailed to this address last: the link in it. */
  mailedTo(email: string): string | undefined;
}

export type Account = Awaited<ReturnType<typeof aBuyer>>;

export async function startShopStack(options: StackOptions = {}): Promise<ShopStack> {
  const lines: string[] = [];
  const testStack = await startTestStack({ ...options, sendWebhooks, log: (line) => lines.push(line) });
  let browser: Browser | undefined;
  try {
    await seedShop(testStack.sql);
    browser = await startBrowser();
  } catch (error) {
    await testStack.stop();
    throw error;
  }
  const started = browser;

  async function open(path: string, options: BrowserContextOptions, session?: object): Promise<ShopPage> {
    const context: BrowserContext = await started.newContext({
      locale: "en-GB",
      timezoneId: "Europe/Berlin",
      ...options,
    });
    context.setDefaultTimeout(180_000);
    if (session)
      await context.addInitScript(
        ([key, value]) => localStorage.setItem(key!, value!),
        [SESSION_KEY, JSON.stringify(session)],
      );
    const page = await context.newPage();
    const errors: string[] = [];
    const waiting = new Set<Request>();
    page.on("request", (request) => waiting.add(request));
    page.on("requestfinished", (request) => waiting.delete(request));
    page.on("requestfailed", (request) => waiting.delete(request));
    page.on("pageerror", (error) => errors.push(error.message));
    page.on("console", (message) => {
      // The browser's own line about an answer such as 409: the page says the same in words.
      if (message.type() === "error" && !/^Failed to load resource/.test(message.text())) errors.push(message.text());
    });
    await page.goto(testStack.stack.storefrontUrl + path);
    return Object.assign(page, { errors, unanswered: () => waiting.size });
  }

  return {
    ...testStack,
    open: (path = "", options = {}) => open(path, options),
    async openAs({ client }, path = "", options = {}) {
      const { data } = await client.auth.getSession();
      return await open(path, options, data.session!);
    },
    mailedTo(email) {
      const mail = lines.findLast((line) => line.startsWith(`[mail] to ${email}:`));
      return mail && /http:\S+/.exec(mail)?.[0];
    },
    async stop() {
      await started.close();
      await testStack.stop();
    },
  };
}

/** Puts a thing into the cart, and is then on the cart's page. */
export async function putInCart(page: Page, shop: ShopStack, sku: string, quantity = 1): Promise<void> {
  await page.goto(`${shop.stack.storefrontUrl}product/${sku}`);
  if (quantity > 1) await page.getByLabel("Quantity").fill(String(quantity));
  await page.getByRole("button", { name: /^(Add to cart|Take a seat)$/ }).click();
  await page.getByRole("heading", { name: "Your cart" }).waitFor();
}

export const PROVIDERS = {
  stripe: { choice: /^Card/, title: "Stripe" },
  paypal: { choice: /^PayPal/, title: "PayPal" },
  fapshi: { choice: /^Mobile money/, title: "Fapshi" },
} as const;
export type ProviderName = keyof typeof PROVIDERS;

/** Fills in the form of the cart, whatever it asks for, as a guest. */
export async function fillIn(page: Page, email: string, provider: ProviderName): Promise<void> {
  const text = (name: string) => page.getByRole("textbox", { name, exact: true });
  await text("E-mail").fill(email);
  if (await text("Street and number").isVisible()) {
    await text("Name").fill("Amina Buyer");
    await text("Street and number").fill("Lindenstr. 5");
    await text("City").fill("Berlin");
    await page.locator("select[name=country]").selectOption("DE");
  }
  await page.getByRole("radio", { name: PROVIDERS[provider].choice }).check();
}

/** From the cart to the provider's page. */
export async function goToPay(page: Page, provider: ProviderName): Promise<void> {
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("link", { name: /^Pay / }).click();
  await page.getByRole("heading", { name: `Stand-in for ${PROVIDERS[provider].title}` }).waitFor();
}

/** The whole purchase of two mugs by a guest, as far as the provider's page. */
export async function buyMugs(shop: ShopStack, provider: ProviderName, email: string): Promise<ShopPage> {
  const page = await shop.open();
  await page.getByRole("link", { name: /Enamel mug/ }).waitFor();
  await putInCart(page, shop, "mug", 2);
  await fillIn(page, email, provider);
  await goToPay(page, provider);
  return page;
}
