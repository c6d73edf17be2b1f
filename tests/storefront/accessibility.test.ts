/** Every page of the shop, by axe: light and dark, wide and as narrow as a phone. */
import AxeBuilder from "@axe-core/playwright";
import type { BrowserContextOptions } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { picture, still } from "../browser/pictures.ts";
import { buyMugs, fillIn, putInCart, type ShopPage, startShopStack } from "./shop_stack.ts";

let shop: Awaited<ReturnType<typeof startShopStack>>;

beforeAll(async () => {
  shop = await startShopStack();
});
afterAll(() => shop?.stop());

async function expectAccessible(page: ShopPage, what: string): Promise<void> {
  await still(page);
  const { violations } = await new AxeBuilder({ page }).analyze();
  const faults = violations.map(({ id, nodes }) => `${what}: ${id} ${nodes[0]?.html}`);
  expect(faults).toEqual([]);
  const [wide, width] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  expect(wide, `${what} scrolls sideways`).toBeLessThanOrEqual(width!);
  await picture(page, `shop ${what} ${width! < 600 ? "dark narrow" : "light"}`);
}

const LOOKS: [string, BrowserContextOptions][] = [
  ["light", { colorScheme: "light", viewport: { width: 1200, height: 800 } }],
  ["dark, on a phone", { colorScheme: "dark", viewport: { width: 390, height: 800 } }],
];

test.each(LOOKS)("pages to choose and to pay: %s", async (_, look) => {
  const page = await shop.open("", look);
  await page.getByRole("link", { name: /Enamel mug/ }).waitFor();
  await expectAccessible(page, "list");
  await page.goto(`${shop.stack.storefrontUrl}product/french-a2`);
  await page.getByRole("button", { name: "Take a seat" }).waitFor();
  await expectAccessible(page, "course");
  await page.goto(`${shop.stack.storefrontUrl}product/maths-60`);
  await page.getByRole("button", { name: "Later" }).click();
  await page.getByRole("radio").first().check();
  await expectAccessible(page, "times");
  await page.goto(`${shop.stack.storefrontUrl}cart`);
  await page.getByRole("heading", { name: "Your cart is empty" }).waitFor();
  await expectAccessible(page, "empty cart");
  await putInCart(page, shop, "teapot", 9);
  await fillIn(page, "many@example.com", "stripe");
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("alert").waitFor();
  await expectAccessible(page, "refused cart");
  await page.getByLabel("Quantity of Teapot for two").fill("1");
  await page.getByLabel("Quantity of Teapot for two").press("Tab");
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("link", { name: /^Pay / }).waitFor();
  await expectAccessible(page, "review");
  await page.getByRole("link", { name: /^Pay / }).click();
  await page.getByRole("button", { name: "Be declined" }).click();
  await page.getByRole("alert").waitFor();
  await expectAccessible(page, "pay page");
  await page.getByRole("button", { name: /^Cancel/ }).click();
  await page.getByRole("heading", { name: "Payment cancelled" }).waitFor();
  await expectAccessible(page, "cancelled");
  await page.goto(`${shop.stack.storefrontUrl}account`);
  await page.getByRole("button", { name: "Sign in" }).waitFor();
  await expectAccessible(page, "sign in");
  await page.goto(`${shop.stack.storefrontUrl}nowhere`);
  await page.getByRole("heading", { name: "There is no such page" }).waitFor();
  await expectAccessible(page, "not found");
});

test("the page of a paid order, and my page", async () => {
  const email = "axe@example.com";
  const page = await buyMugs(shop, "stripe", email);
  await page.getByRole("button", { name: /^Pay €/ }).click();
  await page.getByRole("heading", { name: "Payment received" }).waitFor();
  await expectAccessible(page, "paid");
  await page.getByRole("link", { name: "Make an account" }).click();
  await page.getByLabel("Password").fill("correct horse battery");
  await page.getByRole("button", { name: "Make an account" }).click();
  await page.getByRole("heading", { name: "Look into your e-mail" }).waitFor();
  await expectAccessible(page, "look into your e-mail");
  await page.goto(shop.mailedTo(email)!);
  await page.getByText("2 × Enamel mug").waitFor();
  await expectAccessible(page, "my page");
  await page.emulateMedia({ colorScheme: "dark" });
  await page.setViewportSize({ width: 390, height: 800 });
  await expectAccessible(page, "my page");
});

test("a purchase by keyboard alone", async () => {
  const page = await shop.open("product/mug");
  const add = page.getByRole("button", { name: "Add to cart" });
  await add.waitFor();
  await tabTo(page, "Add to cart");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Your cart" }).waitFor();
  await fillIn(page, "keys@example.com", "stripe");
  await tabTo(page, "Continue");
  await page.keyboard.press("Enter");
  await page.getByRole("link", { name: /^Pay / }).waitFor();
  await tabTo(page, "Pay €29.40");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Stand-in for Stripe" }).waitFor();
  await tabTo(page, "Pay €29.40");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Payment received" }).waitFor();
});

/** Presses Tab until what has these words has the focus. */
async function tabTo(page: ShopPage, words: string): Promise<void> {
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press("Tab");
    if ((await page.evaluate(() => document.activeElement?.textContent))?.trim() === words) return;
  }
  throw new Error(`"${words}" is not reached by Tab`);
}
