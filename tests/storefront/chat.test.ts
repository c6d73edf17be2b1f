/** The members' chat in the shop: who sees it, live, with reminders, and what a member may write. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { whopEvent } from "../../simulator/providers/whop.ts";
import { passTime } from "../stack/community/pass_time.ts";
import { aBuyer, post } from "../stack/test_stack.ts";
import { until } from "../until.ts";
import { type Account, type ShopPage, startShopStack } from "./shop_stack.ts";

let shop: Awaited<ReturnType<typeof startShopStack>>;

beforeAll(async () => {
  shop = await startShopStack();
  await shop.sql`update outbox.destinations set max_per_second = 100, tokens = 100 where name like 'whop%'`;
});
afterAll(() => shop?.stop());

interface Member extends Account {
  /** At Whop. */
  ref: string;
  conversation: string;
}

const membership = (account: Account, ref: string, status: "activated" | "deactivated") =>
  post(
    shop,
    "whop",
    whopEvent(`membership.${status}`, {
      ...{ "data.user.email": account.email, "data.user.id": ref, "data.id": ref.replace("user_", "mem_") },
      ...{ "data.updated_at": new Date().toISOString() },
      ...(status === "deactivated" && { "data.status": "canceled" }),
    }),
  );

/** Has joined at Whop, and was welcomed there. */
async function aMember(): Promise<Member> {
  const account = await aBuyer(shop);
  // Not cut from the account's id: of two made in one millisecond the first half is the same.
  const ref = `user_${crypto.randomUUID().replaceAll("-", "")}`;
  expect((await membership(account, ref, "activated")).status).toBe(200);
  const found = await until("the welcome is sent", async () => {
    const [row] = await shop.sql`select c.id from public.conversations c
      where c.user_id = ${account.id} and c.status = 'waiting'`;
    return row;
  });
  return { ...account, ref, conversation: found.id };
}

const statusOf = async ({ conversation }: Member) =>
  (await shop.sql`select c.status::text from public.conversations c where c.id = ${conversation}`)[0]!.status;

/** An admin answers in the app. */
const answers = ({ conversation }: Member, body: string) =>
  shop.sql`insert into public.conversation_messages (conversation_id, sender, author_user_id, body)
    values (${conversation}, 'staff', null, ${body})`;

/** So much time later, cron runs. */
const passes = (later: string) => passTime(shop.sql, later);

/** From then on nothing that happens is read by the page: also what it asked for before has been answered. */
async function goesOffline(page: ShopPage): Promise<void> {
  await page.context().setOffline(true);
  await until("nothing is asked any more", async () => page.unanswered() === 0);
}

const messages = (page: ShopPage) => page.getByRole("list", { name: "Messages" }).getByRole("listitem");

async function writes(page: ShopPage, body: string): Promise<void> {
  await page.getByLabel("Your message").fill(body);
  await page.getByRole("button", { name: "Send" }).click();
}

test("an account that is no member is told what memberships there are, and how to become a member", async () => {
  const account = await aBuyer(shop);
  const page = await shop.openAs(account, "account");
  await page.getByRole("link", { name: "members’ chat" }).click();
  await page.getByRole("heading", { name: "The chat is for members" }).waitFor();
  await page.getByText("The club (at Whop)").waitFor();
  await page.getByText(`Join with the e-mail address of this account, ${account.email}.`).waitFor();
  expect(await page.getByLabel("Your message").count()).toBe(0);

  // Where config.json says where memberships are sold.
  await page.route("**/shop/config.json", async (route) => {
    const config = await (await route.fetch()).json();
    await route.fulfill({ json: { ...config, membership_url: "https://whop.example/club" } });
  });
  await page.reload();
  expect(await page.getByRole("link", { name: "Join" }).getAttribute("href")).toBe("https://whop.example/club");
  // As soon as the account is one, the page shows the chat.
  expect((await membership(account, `user_${crypto.randomUUID().slice(0, 8)}`, "activated")).status).toBe(200);
  await page.getByRole("heading", { name: "Chat: The club" }).waitFor();
  expect(page.errors).toEqual([]);
});

test("a member reads what was said at Whop, sees a reminder as it is sent, and answers: the chat goes on here", async () => {
  const member = await aMember();
  const page = await shop.openAs(member, "account");
  await page.getByText("1 new message").waitFor();
  await page.getByRole("link", { name: "Chat: The club" }).click();
  await page.getByText(/^We wrote to you at Whop\. Answer there or here/).waitFor();
  await page.getByText(/welcome to The club!/).waitFor();
  expect(await messages(page).first().textContent()).toMatch(/^New\s*Signal Street.*at Whop/);

  await passes("1 day 1 minute");
  await page.getByText("Reminder", { exact: true }).waitFor();
  await page.getByText(/did you see our welcome\?/).waitFor();

  await writes(page, "I want to learn French.");
  await page.getByText("I want to learn French.").waitFor();
  expect(await messages(page).last().textContent()).toMatch(/^You/);
  // What was sent may be heard of before it is answered.
  await until("the form is empty", async () => (await page.getByLabel("Your message").inputValue()) === "");
  expect(await statusOf(member)).toBe("replied");
  await page.getByText(/^Thank you for your reply\./).waitFor();

  await passes("0 seconds");
  await until("the hand-over", async () => (await statusOf(member)) === "internal");
  await page.getByText("We read what you write here, and answer here.").waitFor();
  await answers(member, "Good to see you here. Look at https://example.com/french, it helps.");
  const link = page.getByRole("link", { name: "https://example.com/french" });
  await link.waitFor();
  expect(await link.getAttribute("href")).toBe("https://example.com/french");
  await until("what was shown has been read", async () => {
    const [row] = await shop.sql`select o.unread_by_member::int as unread from public.conversation_overview o
      where o.id = ${member.conversation}`;
    return row!.unread === 0;
  });
  expect(page.errors).toEqual([]);
});

test("what was said while the page was offline is shown, each once and in order", async () => {
  const member = await aMember();
  const page = await shop.openAs(member, "chat");
  await page.getByText(/welcome to The club!/).waitFor();
  await goesOffline(page);
  for (const body of ["One", "Two", "Three"]) await answers(member, body);
  expect(await messages(page).count()).toBe(1);
  await page.context().setOffline(false);
  await page.getByText("Three", { exact: true }).waitFor();
  expect(await page.locator(".talk .text").allTextContents()).toEqual([
    expect.stringContaining("welcome"),
    ...["One", "Two", "Three"],
  ]);
});

test("a message whose answer is lost is sent once; one that is refused says why, and is not lost", async () => {
  const member = await aMember();
  const page = await shop.openAs(member, "chat");
  await page.getByText(/welcome to The club!/).waitFor();
  await page.route("**/rest/v1/conversation_messages*", async (route) => {
    if (route.request().method() !== "POST") return await route.fallback();
    await route.fetch();
    await route.abort();
  });
  await writes(page, "Did this arrive?");
  await page.getByText("Did this arrive?", { exact: true }).waitFor();
  await until("the form is empty", async () => (await page.getByLabel("Your message").inputValue()) === "");
  expect(await page.getByRole("alert").count()).toBe(0);
  await page.unroute("**/rest/v1/conversation_messages*");

  await shop.sql`update ops.quotas set per_hour = 1 where what = 'public.conversation_messages'`;
  await writes(page, "One too many");
  await page.getByText(/^You have written very often in this hour\. Please write again after \d\d:\d\d\.$/).waitFor();
  expect(await page.getByLabel("Your message").inputValue()).toBe("One too many");
  await shop.sql`update ops.quotas set per_hour = 60 where what = 'public.conversation_messages'`;
  await page.getByRole("button", { name: "Send" }).click();
  await until("it is sent", async () => (await messages(page).count()) === 3);
  const own = await shop.sql`select m.body from public.conversation_messages m
    where m.conversation_id = ${member.conversation} and m.sender = 'member' order by m.sent_at`;
  expect(own.map(({ body }) => body)).toEqual(["Did this arrive?", "One too many"]);
});

test("a message whose answer and re-reading are lost is sent once", async () => {
  const member = await aMember();
  const page = await shop.openAs(member, "chat");
  await page.getByText(/welcome to The club!/).waitFor();
  await page.route("**/rest/v1/conversation_messages*", async (route) => {
    if (route.request().method() === "POST") await route.fetch();
    await route.abort();
  });
  await writes(page, "Only once");
  await page.getByText(/^We do not know whether your message has arrived\./).waitFor();
  await page.unroute("**/rest/v1/conversation_messages*");
  await page.getByRole("button", { name: "Send" }).click();
  await until("the form is empty", async () => (await page.getByLabel("Your message").inputValue()) === "");
  await page.getByText(/^We do not know/).waitFor({ state: "detached" });
  const own = await shop.sql`select m.body from public.conversation_messages m
    where m.conversation_id = ${member.conversation} and m.sender = 'member'`;
  expect(own.map(({ body }) => body)).toEqual(["Only once"]);
});

test("another's conversation is not shown, whoever knows its id; a membership that ends leaves the chat to read", async () => {
  const [member, other] = await Promise.all([aMember(), aMember()]);
  await answers(other, "For nobody else.");
  await answers(member, "For this member.");
  const page = await shop.openAs(member, `chat?conversation=${other.conversation}`);
  await page.getByText("For this member.").waitFor();
  expect(await page.getByText("For nobody else.").count()).toBe(0);

  expect((await membership(member, member.ref, "deactivated")).status).toBe(200);
  await page.getByText(/^Your membership has ended/).waitFor();
  await page.getByRole("heading", { name: "Become a member" }).waitFor();
  await page.getByText("For this member.").waitFor();
  expect(await page.getByLabel("Your message").count()).toBe(0);
  expect(page.errors).toEqual([]);
});

test("a chat that could not be loaded is loaded by itself when the browser is online again", async () => {
  const member = await aMember();
  const page = await shop.openAs(member, "account");
  await page.getByRole("link", { name: "Chat: The club" }).waitFor();
  await page.route("**/rest/v1/conversations*", (route) => route.abort());
  await page.getByRole("link", { name: "Chat: The club" }).click();
  await page.getByText("Sorry, this cannot be loaded right now.").waitFor();
  await page.unroute("**/rest/v1/conversations*");
  await page.evaluate(() => dispatchEvent(new Event("online")));
  await page.getByText(/welcome to The club!/).waitFor();
});

test("a long conversation shows its end, and what was said earlier when it is asked for", async () => {
  const member = await aMember();
  await shop.sql`insert into public.conversation_messages (conversation_id, sender, author_user_id, body, sent_at)
    select ${member.conversation}, 'staff', null, 'Message ' || n, now() + n * interval '1 millisecond'
    from generate_series(1, 120) n`;
  const page = await shop.openAs(member, "chat");
  await page.getByText("Message 120", { exact: true }).waitFor();
  expect(await messages(page).count()).toBe(50);
  const earlier = page.getByRole("button", { name: "Show earlier messages" });
  await earlier.click();
  await page.getByText("Message 30", { exact: true }).waitFor();
  await earlier.click();
  await page.getByText(/welcome to The club!/).waitFor();
  await earlier.waitFor({ state: "detached" });
  expect(await messages(page).count()).toBe(121);
});
