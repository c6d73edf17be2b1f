/** A student's booked sessions in the shop: what the rules allow is said first, then they are moved and cancelled. */
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type CheckedOut, pays, postCheckout, sends } from "../stack/storefront.ts";
import { aBuyer } from "../stack/test_stack.ts";
import { until } from "../until.ts";
import { type Account, type ShopPage, startShopStack } from "./shop_stack.ts";

let shop: Awaited<ReturnType<typeof startShopStack>>;

beforeAll(async () => {
  shop = await startShopStack();
});
afterAll(() => shop?.stop());
afterEach(() => tutorSets({ cancel_hours: 24, reschedule_hours: 24 }));

const TUTOR = "tutor@signalbox.example";
const tutorSets = (rules: object) => shop.sql`update public.tutors set ${shop.sql(rules)} where email = ${TUTOR}`;

/** A free time, at least five days from now: sooner than the rules of a day or two. */
async function aFreeTime(): Promise<string> {
  const [free] = await shop.sql`select f.starts_at from tutoring.free_times(${TUTOR}, now() + interval '5 days',
    now() + interval '40 days', 60) f order by 1 limit 1`;
  return free!.starts_at.toISOString();
}

/** The account buys an hour for 35.00 EUR, and pays for it. */
async function buys({ client }: Account): Promise<string> {
  const { data } = await client.auth.getSession();
  const items = [{ sku: "maths-60", quantity: 1, starts_at: await aFreeTime() }];
  const bearer = data.session!.access_token;
  const response = await postCheckout(shop, { provider: "stripe", items }, { bearer });
  const bought = (await response.json()) as CheckedOut;
  expect([response.status, bought]).toMatchObject([201, { total_minor: 3500 }]);
  await sends(shop, "stripe", await pays(shop, "stripe", bought, "captured"));
  const [session] = await shop.sql`select s.id from public.tutoring_sessions s
    join public.order_items i on i.id = s.order_item_id join public.orders o on o.id = i.order_id
    where o.checkout_session_id = ${bought.checkout_session_id}`;
  return session!.id;
}

async function rowOf(session: string) {
  const [row] = await shop.sql`select s.starts_at, s.status::text,
    (select count(*)::int from public.tutoring_session_changes c where c.tutoring_session_id = s.id) as changes
    from public.tutoring_sessions s where s.id = ${session}`;
  return row!;
}

/**
 * Opens the picker, and chooses the last time of the week after. The first one may be next to the session's own time,
 * on a Sunday evening: then the tutor's break keeps that from being free again.
 */
async function chooseATime(page: ShopPage): Promise<string> {
  await page.getByRole("button", { name: "Choose another time" }).click();
  await page.getByRole("button", { name: "Later" }).click();
  const last = page.getByRole("radio").last();
  await last.check();
  return await last.inputValue();
}

const moveTo = (page: ShopPage) => page.getByRole("button", { name: /^Move to ./ });

test("a student moves a session to a free time; the page says until when and how often before", async () => {
  const student = await aBuyer(shop);
  const session = await buys(student);
  const before = (await rowOf(session)).starts_at;
  const page = await shop.openAs(student, "account");
  await page.getByRole("link", { name: /^Move or cancel/ }).click();
  await page.getByRole("heading", { name: "An hour of maths" }).waitFor();
  await page.getByText(/^You can move it until .*, 2 times more\. It costs nothing\.$/).waitFor();
  const chosen = await chooseATime(page);
  await moveTo(page).click();
  await page.getByText(/^Moved to /).waitFor();
  expect(await rowOf(session)).toEqual({ starts_at: new Date(chosen), status: "scheduled", changes: 1 });
  await page.getByText(/once more\. It costs nothing/).waitFor();
  await page.getByText(/^Moved by you: from /).waitFor();
  // The time before is free again.
  const free = await shop.sql`select 1 from tutoring.free_times(${TUTOR}, ${before}, ${before}::timestamptz
    + interval '1 hour', 60) f where f.starts_at = ${before}`;
  expect(free).toHaveLength(1);
  expect(page.errors).toEqual([]);
});

test("a time that somebody else has taken is refused in words, is gone from the list, and another one is taken", async () => {
  const student = await aBuyer(shop);
  const session = await buys(student);
  const page = await shop.openAs(student, `session/${session}`);
  const chosen = await chooseATime(page);
  await shop.sql`insert into public.tutoring_sessions (title, starts_at, ends_at, tutor_email, student_email)
    values ('Taken', ${chosen}, ${chosen}::timestamptz + interval '1 hour', ${TUTOR}, 'faster@example.com')`;
  await moveTo(page).click();
  await page.getByText("Sorry, this time is no longer free. Please choose another.").waitFor();
  await page.locator(`input[value="${chosen}"]`).waitFor({ state: "detached" });
  expect((await rowOf(session)).changes).toBe(0);
  await page.getByRole("radio").first().check();
  await moveTo(page).click();
  await page.getByText(/^Moved to /).waitFor();
  expect((await rowOf(session)).changes).toBe(1);
  expect(page.errors).toEqual([]);
});

test("a move whose answer is lost is made once, and the page shows it", async () => {
  const student = await aBuyer(shop);
  const session = await buys(student);
  const page = await shop.openAs(student, `session/${session}`);
  const chosen = await chooseATime(page);
  await page.route("**/rpc/reschedule_session", async (route) => {
    await route.fetch();
    await route.abort();
  });
  await moveTo(page).click();
  await page.getByText(/the shop cannot be reached/).waitFor();
  await page.getByText(/^Moved by you: from /).waitFor();
  expect(await rowOf(session)).toEqual({ starts_at: new Date(chosen), status: "scheduled", changes: 1 });
});

test("a move whose reload fails shows the new time as soon as it can be read", async () => {
  const student = await aBuyer(shop);
  const session = await buys(student);
  const page = await shop.openAs(student, `session/${session}`);
  await chooseATime(page);
  const to = (await moveTo(page).textContent())!.replace("Move to ", "");
  await page.route("**/rest/v1/tutoring_sessions*", (route) => route.abort());
  await moveTo(page).click();
  await page.getByText(`Moved to ${to}.`).waitFor();
  await page.getByText("Sorry, this cannot be loaded right now.").first().waitFor();
  await page.unroute("**/rest/v1/tutoring_sessions*");
  await page.evaluate(() => dispatchEvent(new Event("online")));
  await page.getByText(/^Moved by you: from /).waitFor();
  await page.getByText("Sorry, this cannot be loaded right now.").waitFor({ state: "detached" });
  expect((await rowOf(session)).changes).toBe(1);
});

test("what cancelling gives back is said before, and given back", async () => {
  const student = await aBuyer(shop);
  const session = await buys(student);
  const page = await shop.openAs(student, `session/${session}`);
  await page.getByText(/^Cancel it until .*, and €35\.00 goes back to where you paid from\./).waitFor();
  await page.getByRole("button", { name: "Cancel this session" }).click();
  await page.getByLabel(/^Why/).fill("I am ill.");
  await page.getByRole("button", { name: "Keep it" }).click();
  expect((await rowOf(session)).status).toBe("scheduled");
  await page.getByRole("button", { name: "Cancel this session" }).click();
  await page.getByRole("button", { name: "Cancel it, €35.00 back" }).click();
  await page.getByText(/^This session is cancelled\. €35\.00 goes back to where you paid from/).waitFor();
  await page.getByText("Cancelled by you. “I am ill.”").waitFor();
  await until("the provider refunds it", async () => {
    const [refund] = await shop.sql`select r.amount_minor::int as amount from public.refunds r
      join public.orders o on o.payment_id = r.payment_id join public.order_items i on i.order_id = o.id
      join public.tutoring_sessions s on s.order_item_id = i.id where s.id = ${session} and r.status = 'succeeded'`;
    return refund?.amount === 3500;
  });
  await page.getByRole("link", { name: "‹ My page" }).click();
  await page.getByText(/^€35\.00 goes back to where you paid from/).waitFor();
  expect(page.errors).toEqual([]);
});

test("a session paid with credits is shown as such, and gives them back", async () => {
  const student = await aBuyer(shop);
  await shop.sql`update public.products set price_credits = 4 where sku = 'maths-60'`;
  await shop.sql`insert into public.credit_ledger (user_id, credits, reason) values (${student.id}, 10, 'granted')`;
  const booking = { sku: "maths-60", starts_at: await aFreeTime(), key: crypto.randomUUID() };
  await student.client.rpc("book_session", booking).throwOnError();
  const page = await shop.openAs(student, "account");
  await page.getByText("4 credits", { exact: true }).waitFor();
  await page.getByText("You have 6 credits.").waitFor();
  await page.getByRole("link", { name: /^Move or cancel/ }).click();
  await page.getByText("Paid with 4 credits").waitFor();
  await page.getByText(/^Cancel it until .*, and you get your 4 credits back at once\./).waitFor();
  await page.getByRole("button", { name: "Cancel this session" }).click();
  await page.getByRole("button", { name: "Cancel it, 4 credits back" }).click();
  await page.getByText(/^This session is cancelled\. 4 credits are back in your account\./).waitFor();
  const { data } = await student.client.rpc("credit_balance").throwOnError();
  expect(Number(data)).toBe(10);
  expect(page.errors).toEqual([]);
});

test("a rule that changes while the page is open is not applied unseen; too late, the page says what is left", async () => {
  const student = await aBuyer(shop);
  const session = await buys(student);
  const page = await shop.openAs(student, `session/${session}`);
  await page.getByRole("button", { name: "Cancel this session" }).click();
  await tutorSets({ cancel_hours: 2000, reschedule_hours: 2000 });
  await page.getByRole("button", { name: "Cancel it, €35.00 back" }).click();
  await page.getByText(/^What you get back has changed since this page was opened/).waitFor();
  expect((await rowOf(session)).status).toBe("scheduled");
  await page.getByText(/^You could move it until .* Ask your tutor, who still may\.$/).waitFor();
  expect(await page.getByRole("button", { name: "Choose another time" }).count()).toBe(0);
  await page.getByText(/^You could cancel it for your money back until .* nothing is paid back\.$/).waitFor();
  await page.getByRole("button", { name: "Cancel this session" }).click();
  await page.getByRole("button", { name: "Cancel it, without money back" }).click();
  await page.getByText("This session is cancelled. Nothing is paid back.").waitFor();
  expect(page.errors).toEqual([]);
});

test("nobody sees another's session; whoever is not signed in signs in, and stays at its address", async () => {
  const [student, other] = await Promise.all([aBuyer(shop), aBuyer(shop)]);
  const session = await buys(student);
  const page = await shop.openAs(other, `session/${session}`);
  await page.getByText(/^This session is not in your account\./).waitFor();
  const guest = await shop.open(`session/${session}`);
  await guest.getByLabel("E-mail").fill(student.email);
  await guest.getByLabel("Password").fill("correct horse battery");
  await guest.getByRole("button", { name: "Sign in" }).click();
  await guest.getByRole("heading", { name: "An hour of maths" }).waitFor();
  expect(guest.url()).toContain(`/session/${session}`);
  expect([...page.errors, ...guest.errors]).toEqual([]);
});
