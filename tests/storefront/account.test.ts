/** An account's pages in a browser: a guest's order after sign-up, a course's seat, a tutor's hour, live changes. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "../until.ts";
import { buyMugs, fillIn, goToPay, putInCart, type ShopPage, startShopStack } from "./shop_stack.ts";

let shop: Awaited<ReturnType<typeof startShopStack>>;

beforeAll(async () => {
  shop = await startShopStack();
});
afterAll(() => shop?.stop());

const PASSWORD = "correct horse battery";

/** Makes an account on the page that is open, opens the link in the mail, and is then on "My page". */
async function signUp(page: ShopPage, email: string): Promise<void> {
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Make an account" }).click();
  await page.getByRole("heading", { name: "Look into your e-mail" }).waitFor();
  await page.goto(await until("a mail is sent", () => shop.mailedTo(email)));
  await page.getByRole("heading", { name: "My page" }).waitFor();
}

async function aBuyer(email: string): Promise<ShopPage> {
  const page = await shop.open("account?new");
  await signUp(page, email);
  return page;
}

async function pays(page: ShopPage): Promise<void> {
  await page.getByRole("button", { name: /^Pay [^b]/ }).click();
  await page.getByRole("heading", { name: "Payment received" }).waitFor();
}

test("a guest's order is on the page of the account that is made with the same address", async () => {
  const email = "guest.then.account@example.com";
  const page = await buyMugs(shop, "stripe", email);
  await pays(page);
  const number = (await page.locator(".sums dd").first().textContent())!;
  await page.getByRole("link", { name: "Make an account" }).click();
  expect(await page.getByLabel("E-mail").inputValue()).toBe(email);
  await signUp(page, email);
  await page.getByText(`Order ${number}`).waitFor();
  await page.getByText("2 × Enamel mug").waitFor();
  await page.getByText("Parcel: pending").waitFor();
  // The tokens of the link do not stay in the address.
  expect(new URL(page.url()).hash).toBe("");
  expect(page.errors).toEqual([]);
});

test("an address that is not confirmed cannot sign in, and a wrong password is refused in words", async () => {
  const page = await shop.open("account?new");
  await page.getByLabel("E-mail").fill("not.confirmed@example.com");
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Make an account" }).click();
  await page.getByRole("button", { name: "Back" }).click();
  await page.getByRole("button", { name: "I have an account" }).click();
  await page.getByRole("button", { name: "Sign in" }).click();
  expect(await page.getByRole("alert").textContent()).toBe("Please open the link in our e-mail first.");
  await page.getByLabel("E-mail").fill("nobody@example.com");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByText("E-mail address and password do not fit.").waitFor();
  expect(page.errors).toEqual([]);
});

test("a seat in a course is bought by a signed-in buyer, and is on their page", async () => {
  const page = await aBuyer("student@example.com");
  await putInCart(page, shop, "french-a2");
  // The account's address is used, and nothing is sent.
  expect(await page.getByRole("textbox", { name: "E-mail" }).count()).toBe(0);
  expect(await page.getByText("Where it goes").count()).toBe(0);
  await goToPay(page, "stripe");
  await pays(page);
  await page.getByRole("link", { name: "To my page" }).click();
  await page.getByRole("heading", { name: "Courses" }).waitFor();
  await page.getByText("French A2").first().waitFor();

  await putInCart(page, shop, "french-a2");
  await page.getByRole("button", { name: "Continue" }).click();
  expect(await page.getByRole("alert").textContent()).toBe("You have a place in this course already.");
  expect(page.errors).toEqual([]);
});

test("a tutor's free time is booked, is not offered again, and its Meet link appears by itself", async () => {
  const page = await aBuyer("learner@example.com");
  await page.goto(`${shop.stack.storefrontUrl}product/maths-60`);
  // After the weekend, whenever this runs.
  await page.getByRole("button", { name: "Later" }).click();
  await page.getByRole("radio").first().check();
  const chosen = await page.getByRole("radio").first().inputValue();
  await page.getByRole("button", { name: /^Book / }).click();
  await page.getByRole("heading", { name: "Your cart" }).waitFor();
  await goToPay(page, "stripe");
  await pays(page);
  await page.getByRole("link", { name: "To my page" }).click();
  await page.getByRole("heading", { name: "Sessions" }).waitFor();
  const [session] = await shop.sql`select id, starts_at from public.tutoring_sessions
    where student_email = 'learner@example.com'`;
  expect(session!.starts_at).toEqual(new Date(chosen));

  // By the calendar's stand-in, or from elsewhere: the page is told.
  await shop.sql`update public.tutoring_sessions set meet_link = 'https://meet.google.com/abc-defg-hij'
    where id = ${session!.id}`;
  await page.getByRole("link", { name: "Join on Google Meet" }).waitFor();

  await page.goto(`${shop.stack.storefrontUrl}product/maths-60`);
  await page.getByRole("button", { name: "Later" }).click();
  await page.getByRole("radio").first().waitFor();
  expect(await page.locator(`input[value="${chosen}"]`).count()).toBe(0);
  expect(page.errors).toEqual([]);
});

test("an order that is made elsewhere appears on the open page, and signing out leaves nothing", async () => {
  const email = "live@example.com";
  const page = await aBuyer(email);
  await page.getByText("There is nothing here yet.").waitFor();
  // The same person, in another browser that is not signed in.
  const other = await shop.open();
  await putInCart(other, shop, "tote");
  await fillIn(other, email, "fapshi");
  await goToPay(other, "fapshi");
  await pays(other);
  await page.getByText("1 × Tote bag").waitFor();
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  expect(await page.evaluate(() => localStorage.getItem("signalbox.shop.session"))).toBeNull();
  expect([...page.errors, ...other.errors]).toEqual([]);
});

test("an order that could not be read when it was told of is shown as soon as it can be", async () => {
  const email = "reload@example.com";
  const page = await aBuyer(email);
  await page.getByText("There is nothing here yet.").waitFor();
  await page.route("**/rest/v1/orders*", (route) => route.abort());
  const other = await shop.open();
  await putInCart(other, shop, "tote");
  await fillIn(other, email, "fapshi");
  await goToPay(other, "fapshi");
  await pays(other);
  await page.getByText("Sorry, this cannot be loaded right now.").waitFor();
  await page.unroute("**/rest/v1/orders*");
  await page.evaluate(() => dispatchEvent(new Event("online")));
  await page.getByText("1 × Tote bag").waitFor();
  await page.getByText("Sorry, this cannot be loaded right now.").waitFor({ state: "detached" });
});
