/** Every page of the shop, by axe: light and dark, wide and as narrow as a phone. */
import type { BrowserContextOptions } from "playwright-core";
import { afterAll, beforeAll, test } from "vitest";
import { whopEvent } from "../../simulator/providers/whop.ts";
import { aBuyer, post } from "../stack/test_stack.ts";
import { expectAccessible } from "./accessible.ts";
import { buyMugs, fillIn, putInCart, type ShopPage, startShopStack } from "./shop_stack.ts";

let shop: Awaited<ReturnType<typeof startShopStack>>;

beforeAll(async () => {
  shop = await startShopStack();
});
afterAll(() => shop?.stop());

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

test.each(LOOKS)("a session, and the members' chat: %s", async (_, look) => {
  const account = await aBuyer(shop);
  const page = await shop.openAs(account, "chat", look);
  await page.getByRole("heading", { name: "The chat is for members" }).waitFor();
  await page.getByText("The club").waitFor();
  await expectAccessible(page, "no chat");

  await shop.sql`update public.products set price_credits = 4 where sku = 'maths-60'`;
  await shop.sql`insert into public.credit_ledger (user_id, credits, reason) values (${account.id}, 4, 'granted')`;
  const [session] = await shop.sql`
    select b.id from public.book_session('maths-60', (select min(f.starts_at) from tutoring.free_times(
      'tutor@signalbox.example', now() + interval '5 days', now() + interval '20 days', 60) f),
      'axe', ${account.id}) b`;
  await page.goto(`${shop.stack.storefrontUrl}session/${session!.id}`);
  await page.getByRole("button", { name: "Choose another time" }).click();
  await page.getByRole("button", { name: "Later" }).click();
  await page.getByRole("radio").first().check();
  await page.getByRole("button", { name: "Cancel this session" }).click();
  await page.getByRole("button", { name: /credits back$/ }).waitFor();
  await expectAccessible(page, "session");

  const user = `user_${account.id.replaceAll("-", "")}`;
  const member = { "data.user.email": account.email, "data.user.id": user, "data.id": `mem_${user.slice(5)}` };
  await post(shop, "whop", whopEvent("membership.activated", member));
  const said = (sender: string, body: string) =>
    shop.sql`insert into public.conversation_messages (conversation_id, sender, author_user_id, body)
      select c.id, ${sender}::public.conversation_sender, null, ${body}
      from public.conversations c where c.user_id = ${account.id}`;
  await said("member", "Hello! I would like to read novels in French.");
  await said("staff", "Good choice. Begin with this one: https://example.com/le-petit-prince.");
  await page.goto(`${shop.stack.storefrontUrl}chat`);
  await page.getByText("Good choice.").waitFor();
  // The welcome, and what else was sent there meanwhile.
  await page.getByText("at Whop", { exact: true }).first().waitFor();
  await expectAccessible(page, "chat");
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
