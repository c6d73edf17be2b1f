/**
 * Cloudflare Turnstile in the cart. There is no internet here: the browser is served a stand-in of Cloudflare's script,
 * and the functions ask a stand-in of its API, which accepts each token once.
 */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { aBuyer } from "../stack/test_stack.ts";
import { expectAccessible } from "./accessible.ts";
import { fillIn, goToPay, putInCart, type ShopPage, startShopStack } from "./shop_stack.ts";

const SCRIPT = "https://challenges.cloudflare.com/turnstile/v0/api.js?render=explicit";
const SITE_KEY = "1x00000000000000000000AA";

let server: Server;
let shop: Awaited<ReturnType<typeof startShopStack>>;
/** What the functions asked about, and what is refused. */
const asked: string[] = [];
const refused = new Set<string>();

beforeAll(async () => {
  const used = new Set<string>();
  server = createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += chunk;
    const { secret, response: token, idempotency_key } = JSON.parse(text);
    asked.push(token);
    const others = [...used].some((one) => one.startsWith(`${token} `) && one !== `${token} ${idempotency_key}`);
    const success = secret === "the-secret" && /^token-/.test(token) && !others && !refused.has(token);
    used.add(`${token} ${idempotency_key}`);
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ success, ...(!success && { "error-codes": ["invalid-input-response"] }) }));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  shop = await startShopStack({
    env: { TURNSTILE_SECRET: "the-secret", TURNSTILE_BASE_URL: base, TURNSTILE_SITE_KEY: SITE_KEY },
  });
});
afterAll(async () => {
  await shop?.stop();
  server.close();
});
afterEach(() => {
  asked.length = 0;
  refused.clear();
});

/** A widget that is a button: each click, and nothing else, passes the challenge with a new token. */
const STAND_IN = `
  window.rendered = [];
  let count = 0;
  window.turnstile = {
    render(element, options) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = "I am human";
      button.onclick = () => { button.disabled = true; options.callback("token-" + NAME + "-" + ++count); };
      element.append(button);
      window.rendered.push(options);
      return "widget";
    },
    reset() { document.querySelector(".challenge button").disabled = false; },
    remove() { document.querySelector(".challenge button")?.remove(); },
  };`;

/** Serves the stand-in. @returns how often it was asked for. */
async function cloudflareServes(page: ShopPage): Promise<{ times: number }> {
  const counted = { times: 0 };
  await page.route("https://challenges.cloudflare.com/**", async (route) => {
    expect(route.request().url()).toBe(SCRIPT);
    counted.times++;
    const name = JSON.stringify(crypto.randomUUID());
    await route.fulfill({ contentType: "text/javascript", body: STAND_IN.replace("NAME", name) });
  });
  return counted;
}

const human = (page: ShopPage) => page.getByRole("button", { name: "I am human" });
const goOn = (page: ShopPage) => page.getByRole("button", { name: "Continue" });

test("a guest passes the challenge, and buys; its script is loaded with the cart's form, and not before", async () => {
  const page = await shop.open();
  const script = await cloudflareServes(page);
  await page.goto(`${shop.stack.storefrontUrl}product/mug`);
  await page.getByRole("button", { name: "Add to cart" }).waitFor();
  await page.goto(`${shop.stack.storefrontUrl}cart`);
  await page.getByRole("heading", { name: "Your cart is empty" }).waitFor();
  expect(script.times).toBe(0);
  await putInCart(page, shop, "mug");
  await human(page).waitFor();
  expect(script.times).toBe(1);
  expect(await page.evaluate(() => (window as never as { rendered: object[] }).rendered)).toMatchObject([
    { sitekey: SITE_KEY, "response-field": false },
  ]);
  await fillIn(page, "human@example.com", "stripe");
  await goOn(page).click();
  expect(await page.getByRole("alert").textContent()).toBe(
    "Please wait for the check that you are not a robot, or make it.",
  );
  expect(asked).toEqual([]);
  await expectAccessible(page, "challenge");
  await human(page).click();
  await goToPay(page, "stripe");
  expect(asked).toEqual([expect.stringMatching(/^token-.*-1$/)]);
  expect(page.errors).toEqual([]);
});

test("a token that Cloudflare does not accept: the guest is told, the widget is reset, and the next one counts", async () => {
  const page = await shop.open();
  await cloudflareServes(page);
  await putInCart(page, shop, "mug");
  await fillIn(page, "twice@example.com", "stripe");
  await human(page).click();
  await page.route("**/functions/v1/checkout", async (route) => {
    refused.add(route.request().postDataJSON().challenge);
    await route.continue();
  });
  await goOn(page).click();
  await page.getByText("Please confirm once more that you are not a robot.").waitFor();
  expect(await human(page).isEnabled()).toBe(true);
  await page.unroute("**/functions/v1/checkout");
  await human(page).click();
  await goToPay(page, "stripe");
  expect(asked).toEqual([expect.stringMatching(/-1$/), expect.stringMatching(/-2$/)]);
  expect(page.errors).toEqual([]);
});

test("any other refusal uses the token up, too", async () => {
  const page = await shop.open();
  await cloudflareServes(page);
  await putInCart(page, shop, "teapot", 9);
  await fillIn(page, "many@example.com", "stripe");
  await human(page).click();
  await goOn(page).click();
  await page.getByText(/^Sorry, there are not enough left/).waitFor();
  await page.getByLabel("Quantity of Teapot for two").fill("1");
  await page.getByLabel("Quantity of Teapot for two").press("Tab");
  await human(page).click();
  await goToPay(page, "stripe");
  expect(page.errors).toEqual([]);
});

test("Cloudflare's script cannot be loaded: the guest is told what to do, and tries again", async () => {
  const page = await shop.open();
  await page.route("https://challenges.cloudflare.com/**", (route) => route.abort("blockedbyclient"));
  await putInCart(page, shop, "mug");
  await page.getByText(/^The check that you are not a robot cannot be loaded\..*challenges\.cloudflare\.com/).waitFor();
  expect(await page.getByRole("alert").getByRole("link", { name: "sign in" }).getAttribute("href")).toBe(
    "/shop/account",
  );
  await expectAccessible(page, "challenge blocked");
  await page.unroute("https://challenges.cloudflare.com/**");
  await cloudflareServes(page);
  await page.getByRole("button", { name: "Try again" }).click();
  await human(page).click();
  expect(await page.getByRole("alert").count()).toBe(0);
  await fillIn(page, "again@example.com", "stripe");
  await goToPay(page, "stripe");
  expect(page.errors).toEqual([]);
});

test("an account is not asked, and Cloudflare hears nothing of it", async () => {
  const page = await shop.openAs(await aBuyer(shop));
  const script = await cloudflareServes(page);
  await putInCart(page, shop, "french-a2");
  await page.getByRole("radio", { name: /^Card/ }).check();
  await goToPay(page, "stripe");
  expect([script.times, asked]).toEqual([0, []]);
  expect(page.errors).toEqual([]);
});

test("a shop without the site key says that it cannot make the check, and that an account needs none", async () => {
  const page = await shop.open();
  await page.route("**/shop/config.json", async (route) => {
    const { turnstile_site_key: _, ...config } = await (await route.fetch()).json();
    await route.fulfill({ json: config });
  });
  await putInCart(page, shop, "mug");
  await fillIn(page, "no.key@example.com", "stripe");
  await goOn(page).click();
  await page.getByText(/^This shop has to check that you are not a robot, and cannot/).waitFor();
  await page.getByRole("alert").getByRole("link", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  expect(page.errors).toEqual([]);
});
