/**
 * The members' chat, from a membership that became valid to the chat in the app: through the running stack, each way in
 * which Whop and time can go, and any interleaving of both. Time is driven by the tests: `passes` runs what cron runs,
 * at a later time.
 */
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type AttemptOutcome, NotConfigured } from "../../../functions/_shared/outbound/adapter.ts";
import { whopMessage } from "../../../functions/_shared/outbound/jobs/whop_message.ts";
import { whopReplies } from "../../../functions/_shared/outbound/jobs/whop_replies.ts";
import type { WhopStandIn } from "../../../local/providers/whop.ts";
import { whopEvent } from "../../../simulator/providers/whop.ts";
import { blocksOf, type Guide, unfold } from "../docs/guide.ts";
import { aBuyer, post, startTestStack, type TestStack, testRuntime, until } from "../test_stack.ts";
import { passTime } from "./pass_time.ts";

let testStack: TestStack;
let whop: WhopStandIn;
let guide: Guide;
beforeAll(async () => {
  testStack = await startTestStack();
  whop = testStack.stack.providers.whop;
  guide = await unfold("community.md");
  await testStack.sql.unsafe((await blocksOf("community.md"))["settings.sql"]!);
  await testStack.sql`update outbox.destinations set max_per_second = 100, tokens = 100 where name like 'whop%'`;
});
afterAll(async () => {
  await guide?.remove();
  await testStack?.stop();
});
afterEach(() => whop.refusals.clear());

interface Member {
  user: string;
  membership: string;
}
const aMember = (): Member => {
  const name = crypto.randomUUID().replaceAll("-", "").slice(0, 16);
  return { user: `user_${name}`, membership: `mem_${name}` };
};

/** The webhook of the user's own paper, which names neither an id of its own nor a time. */
const asInThePaper = ({ user, membership }: Member, valid: boolean) =>
  JSON.stringify({
    action: valid ? "membership.went_valid" : "membership.went_invalid",
    data: {
      ...{ user_id: user, product_id: "prod_Lk34Jh56Gf78D", membership_id: membership },
      ...{ status: valid ? "active" : "canceled", valid },
    },
  });

/** A current webhook about a membership, of this age in ms. */
const membershipEvent = (type: string, { user, membership }: Member, set: Record<string, unknown> = {}, age = 0) =>
  whopEvent(type, {
    ...{ "data.id": membership, "data.user.id": user, "data.user.email": null },
    ...{ "data.updated_at": new Date(Date.now() - age).toISOString(), ...set },
  });

async function received(body: string): Promise<void> {
  expect((await post(testStack, "whop", body)).status).toBe(200);
}

async function conversationOf({ membership }: Member) {
  const [row] = await testStack.sql`
    select c.*, (select array_agg(t.cause order by t.id) from public.conversation_transitions t
      where t.conversation_id = c.id) as causes
    from public.conversations c join public.memberships m on m.id = c.membership_id
    where m.provider_ref = ${membership}`;
  return row;
}
const statusOf = async (member: Member) => (await conversationOf(member))?.status;

const messagesOf = ({ membership }: Member) => testStack.sql`
  select x.id, x.key, x.sender, x.way, x.status, x.body, x.error, x.provider_ref, x.support_tried_at
  from public.conversation_messages x
  join public.conversations c on c.id = x.conversation_id join public.memberships m on m.id = c.membership_id
  where m.provider_ref = ${membership} order by x.created_at, x.id`;

/** What was written to a member at Whop, and by the member. */
const atWhop = ({ user }: Member) =>
  whop.channelsOf(user).flatMap(({ id, way }) => (whop.messages.get(id) ?? []).map((one) => ({ ...one, way })));
const fromUs = (member: Member) => atWhop(member).filter(({ user }) => user.id !== member.user);

/** So much time later, cron runs. */
const passes = (later: string) => passTime(testStack.sql, later);

async function welcomed(member: Member, body = membershipEvent("membership.activated", member)): Promise<void> {
  await received(body);
  await until("the welcome", async () => (await statusOf(member)) === "waiting");
}

describe("through the running stack", () => {
  test("from the paper's membership.went_valid to the chat in the app", async () => {
    const member = aMember();
    await welcomed(member, asInThePaper(member, true));
    expect(fromUs(member)).toMatchObject([{ way: "support", content: expect.stringContaining("welcome") }]);

    await received(whop.say(member.user, "I want to learn French."));
    expect(await statusOf(member)).toBe("replied");
    await passes("0 seconds");
    await until("the hand-over", async () => (await statusOf(member)) === "internal");
    const { id, causes, welcomed_at, replied_at, handed_over_at } = (await conversationOf(member))!;
    expect(causes).toEqual(["membership_valid", "welcome_sent", "reply", "handover", "handed_over"]);
    expect([welcomed_at, replied_at, handed_over_at].every((time) => time instanceof Date)).toBe(true);
    expect(fromUs(member)).toHaveLength(2);
    expect(fromUs(member)[1]!.content).toContain(`conversation=${id}`);
    // The event that caused each step is known.
    const steps = await testStack.sql`
      select t.cause, e.type from public.conversation_transitions t left join inbox.events e on e.id = t.event_id
      where t.conversation_id = ${id} order by t.id`;
    expect(steps.map(({ type }) => type)).toEqual([
      ...["membership.went_valid", null, "chat.message.created", null, null],
    ]);
    await until("make.com to hear of the reply", () =>
      testStack.receiver.received.find(
        ({ path, type, body }) =>
          path === "/make" && type === "conversation_message.posted" && body.includes("I want to learn French."),
      ),
    );
  });

  test("in the app: the member sees what was said, reads it, and talks with an admin: the guide's code", async () => {
    const [buyer, admin] = await Promise.all([aBuyer(testStack), aBuyer(testStack)]);
    await testStack.sql`insert into public.admins (user_id) values (${admin.id})`;
    const member = aMember();
    await welcomed(member, membershipEvent("membership.activated", member, { "data.user.email": buyer.email }));
    const { id } = (await conversationOf(member))!;
    const { openChat } = await guide.load("chat.ts");
    const shown: string[] = [];
    const chat = await openChat(buyer.client, id, (message: { body: string }) => shown.push(message.body));
    expect(shown).toEqual([expect.stringContaining("welcome")]);
    expect(await chat.unread()).toBe(1);
    await chat.markRead();
    expect(await chat.unread()).toBe(0);

    await chat.send("Hello, I am in the app.");
    expect(await statusOf(member)).toBe("replied");
    await passes("0 seconds");
    await until("the hand-over", async () => (await statusOf(member)) === "internal");
    const { answerMember } = await guide.load("answer.ts");
    await answerMember(admin.client, id, "Good to see you here.");
    await until("the answer in the app", () => shown.includes("Good to see you here."));
    const { data: seen } = await admin.client.from("conversation_overview").select("*").eq("id", id).single();
    expect(seen).toMatchObject({ unread_by_staff: 0, last_sender: "staff" });
    await chat.close();
    await Promise.all([buyer, admin].map(({ client }) => client.removeAllChannels()));
  });

  test("a reply whose webhook never arrived is read from the channel, once", async () => {
    const member = aMember();
    await welcomed(member);
    const webhook = whop.say(member.user, "Hello from Whop");
    await passes("10 minutes");
    await until("the reply", async () => (await statusOf(member)) !== "waiting");
    await received(webhook);
    expect((await messagesOf(member)).filter(({ sender }) => sender === "member")).toHaveLength(1);
    const [event] = await testStack.sql`
      select e.trust from public.conversation_transitions t join inbox.events e on e.id = t.event_id
      where t.conversation_id = ${(await conversationOf(member))!.id} and t.cause = 'reply'`;
    expect(event!.trust).toBe("confirmed");
  });

  test("a text is looked at before it is used: the guide's statement", async () => {
    const statement = (await blocksOf("community.md"))["preview.sql"]!;
    const results = (await testStack.sql.unsafe(statement)) as unknown as { now: string; draft: string }[][];
    expect(results.flat()).toEqual([{ now: "Bonjour à vous, bienvenue dans notre communauté !", draft: "Hi there!" }]);
  });

  test("access: by our name of a product, at Whop and at Stripe; and not after it ended", async () => {
    const buyer = await aBuyer(testStack);
    const member = aMember();
    await received(membershipEvent("membership.activated", member, { "data.user.email": buyer.email }));
    const has = async (product: string) => (await buyer.client.rpc("has_access", { product })).data;
    expect([await has("club"), await has("prod_Lk34Jh56Gf78D"), await has("other")]).toEqual([true, true, false]);
    await received(
      membershipEvent("membership.deactivated", member, { "data.user.email": buyer.email, "data.status": "canceled" }),
    );
    expect(await has("club")).toBe(false);
  });
});

/** The courier is not at work: each test runs the job itself. */
describe("when", () => {
  beforeAll(
    () => testStack.sql`select outbox.pause(name, 'the tests run the jobs') from outbox.destinations
    where name in ('whop_message', 'whop_replies')`,
  );
  afterAll(
    () => testStack.sql`select outbox.resume(name) from outbox.destinations
    where name in ('whop_message', 'whop_replies')`,
  );
  let runtime: ReturnType<typeof testRuntime>;
  beforeEach(() => {
    runtime = testRuntime(testStack);
  });
  afterEach(() => runtime.database.close());

  const send = (id: string, signal: AbortSignal = AbortSignal.timeout(240_000)): Promise<AttemptOutcome> =>
    whopMessage.run({ message_id: "m", data: { id } }, runtime, signal);
  const poll = (signal: AbortSignal = AbortSignal.timeout(240_000)) =>
    whopReplies.run({ message_id: "m", data: { at: "2100-01-01T00:00:00Z" } }, runtime, signal);

  async function pending(member: Member): Promise<string | undefined> {
    return (await messagesOf(member)).find(({ status }) => status === "pending")?.id;
  }
  async function started(): Promise<Member & { welcome: string }> {
    const member = aMember();
    await received(membershipEvent("membership.activated", member));
    return { ...member, welcome: (await pending(member))! };
  }
  async function waiting(): Promise<Member> {
    const member = await started();
    expect((await send(member.welcome)).outcome).toBe("delivered");
    return member;
  }
  /** Sends, and hangs up once Whop has written the message. */
  async function sendAndLoseTheAnswer(member: Member, id: string): Promise<void> {
    const stop = new AbortController();
    const before = fromUs(member).length;
    whop.fail({ kind: "done, then hang", path: "/messages", method: "POST" });
    const sending = send(id, stop.signal);
    await until("it is written", () => fromUs(member).length > before);
    stop.abort();
    expect(await sending).toMatchObject({ outcome: "retry" });
  }

  test("Whop writes the message and hangs, the next attempt finds it", async () => {
    const member = await started();
    await sendAndLoseTheAnswer(member, member.welcome);
    expect(await statusOf(member)).toBe("welcoming");
    expect(await send(member.welcome)).toMatchObject({ outcome: "delivered", body: "It was there already." });
    expect(fromUs(member)).toHaveLength(1);
    expect(await statusOf(member)).toBe("waiting");
  });

  test("24 hours later Whop knows the key no more, it is still not sent again", async () => {
    const member = await started();
    await sendAndLoseTheAnswer(member, member.welcome);
    whop.forgetKeys();
    expect((await send(member.welcome)).outcome).toBe("delivered");
    expect(fromUs(member)).toHaveLength(1);
  });

  test("the channel cannot be read after a lost answer, nothing is sent until it can", async () => {
    const member = await started();
    await sendAndLoseTheAnswer(member, member.welcome);
    whop.forgetKeys();
    whop.fail({ kind: "500", path: "/messages", method: "GET", times: 3 });
    expect(await send(member.welcome)).toMatchObject({ outcome: "retry", status: 500 });
    expect(fromUs(member)).toHaveLength(1);
    expect((await send(member.welcome)).outcome).toBe("delivered");
    expect(fromUs(member)).toHaveLength(1);
  });

  test("the answer was lost and the second way is due, the first is looked at before", async () => {
    const member = await started();
    await sendAndLoseTheAnswer(member, member.welcome);
    await passes("3 hours");
    expect(await statusOf(member)).toBe("second_way");
    expect((await send(member.welcome)).outcome).toBe("delivered");
    expect(fromUs(member)).toMatchObject([{ way: "support" }]);
    expect(await statusOf(member)).toBe("waiting");
  });

  test("the answer was lost and its webhook comes, the message is known by that", async () => {
    const member = await started();
    await sendAndLoseTheAnswer(member, member.welcome);
    const [channel] = whop.channelsOf(member.user);
    const [message] = whop.messages.get(channel!.id)!;
    const event = { id: `msg_${message!.id}`, api_version: "v1", timestamp: message!.created_at };
    const data = { channel: { id: channel!.id, type: "support" }, message };
    await received(JSON.stringify({ ...event, type: "chat.message.created", data }));
    expect(await statusOf(member)).toBe("waiting");
    expect(await send(member.welcome)).toMatchObject({ outcome: "cancelled" });
    expect(await messagesOf(member)).toHaveLength(1);
  });

  test("two runs send at once, one message is written", async () => {
    const member = await started();
    const outcomes = await Promise.all([send(member.welcome), send(member.welcome)]);
    expect(outcomes.map(({ outcome }) => outcome)).toContain("delivered");
    expect(fromUs(member)).toHaveLength(1);
  });

  test("Whop answers 429 and 500, it is tried again when it says", async () => {
    const member = await started();
    whop.fail({ kind: "429", path: "/messages", method: "POST", retryAfter: 17 });
    expect(await send(member.welcome)).toMatchObject({ outcome: "retry", status: 429, retryAfterMs: 17_000 });
    whop.fail({ kind: "500", path: "/messages", method: "POST" });
    expect(await send(member.welcome)).toMatchObject({ outcome: "retry", status: 500 });
    expect((await messagesOf(member))[0]!.error).toContain("500");
    expect((await send(member.welcome)).outcome).toBe("delivered");
    expect(fromUs(member)).toHaveLength(1);
  });

  test("no key is set, it waits for one", async () => {
    const member = await started();
    const env = (name: string) => (name === "WHOP_API_KEY" ? "" : runtime.env(name));
    const job = { message_id: "m", data: { id: member.welcome } };
    await expect(whopMessage.run(job, { ...runtime, env }, AbortSignal.timeout(240_000))).rejects.toThrow(
      NotConfigured,
    );
  });

  test("the support channel is refused, the direct message is used, for all that follows too", async () => {
    const member = await started();
    whop.refusals.set("support", 403);
    expect((await send(member.welcome)).outcome).toBe("delivered");
    expect(fromUs(member)).toMatchObject([{ way: "direct" }]);
    expect((await conversationOf(member))!.causes).toEqual(["membership_valid", "refused", "welcome_sent"]);
    await passes("25 hours");
    expect((await send((await pending(member))!)).outcome).toBe("delivered");
    expect(fromUs(member)).toMatchObject([{ way: "direct" }, { way: "direct" }]);
  });

  test("both ways are refused, a ticket is opened, a person is told, and the app has the chat", async () => {
    const member = aMember();
    const email = `member-${member.user}@example.com`.toLowerCase();
    await received(membershipEvent("membership.activated", member, { "data.user.email": email }));
    whop.refusals.set("message", 422);
    expect(await send((await pending(member))!)).toMatchObject({ outcome: "cancelled", status: 422 });
    const { id, status, causes } = (await conversationOf(member))!;
    expect({ status, causes }).toEqual({ status: "internal", causes: ["membership_valid", "refused", "unreachable"] });
    const [ticket] = await testStack.sql`select body from public.support_tickets where email = ${email}`;
    expect(ticket!.body).toContain("422");
    const [line] = await testStack.sql`select * from ops.attention where what = 'member not reached' and id = ${id}`;
    expect(line).toMatchObject({ severity: "soon" });
    await testStack.sql.unsafe(line!.remedy.replace("<why>", "wrote an e-mail"));
    expect(await testStack.sql`select 1 from ops.attention where id = ${id}`).toHaveLength(0);
    expect((await messagesOf(member)).map(({ key, way, status }) => `${key} ${way} ${status}`)).toEqual([
      ...["welcome direct failed", "welcome_in_app app sent"],
    ]);
  });

  test("a refused request is made anew once the reason is gone: its refusal is not repeated from Whop's memory", async () => {
    const member = await started();
    whop.refusals.set("message", 403);
    whop.refusals.set("direct", 500);
    expect((await send(member.welcome)).outcome).toBe("retry");
    whop.refusals.clear();
    expect((await send(member.welcome)).outcome).toBe("delivered");
    expect(fromUs(member)).toMatchObject([{ way: "direct" }]);
  });

  test("Whop does not answer for hours, the second way is tried, then a person is told", async () => {
    const member = await started();
    await passes("3 hours");
    expect(await statusOf(member)).toBe("second_way");
    whop.fail({ kind: "500", path: "/dm_channels", times: 3 });
    expect((await send(member.welcome)).outcome).toBe("retry");
    await passes("30 hours");
    expect((await conversationOf(member))!).toMatchObject({ status: "internal", cause: "unreachable" });
    expect(await send(member.welcome)).toMatchObject({ outcome: "cancelled" });
    expect(fromUs(member)).toHaveLength(0);
  });

  test("the member is silent, two reminders are sent and the chat goes on in the app", async () => {
    const member = await waiting();
    for (const later of ["20 hours", "25 hours", "26 hours", "80 hours", "81 hours"]) {
      await passes(later);
      const id = await pending(member);
      if (id) expect((await send(id)).outcome).toBe("delivered");
    }
    expect((await messagesOf(member)).map(({ key }) => key)).toEqual(["welcome", "reminder_1", "reminder_2"]);
    await passes("8 days");
    expect(await statusOf(member)).toBe("handing_over");
    expect((await send((await pending(member))!)).outcome).toBe("delivered");
    expect((await conversationOf(member))!.causes).toEqual([
      ...["membership_valid", "welcome_sent", "timeout", "handed_over"],
    ]);
    expect(fromUs(member)).toHaveLength(4);
  });

  test("cron was away for days, one reminder is sent and not all", async () => {
    const member = await waiting();
    await passes("4 days");
    expect((await messagesOf(member)).map(({ key }) => key)).toEqual(["welcome", "reminder_2"]);
  });

  test("the member replies before a reminder is sent, it is called off", async () => {
    const member = await waiting();
    await passes("25 hours");
    const id = (await pending(member))!;
    await received(whop.say(member.user, "Yes!"));
    expect(await send(id)).toMatchObject({ outcome: "cancelled", error: "The member replied." });
    expect(fromUs(member)).toHaveLength(1);
  });

  test("a reply arrives in the middle of the hand-over, it is kept and nothing begins anew", async () => {
    const member = await waiting();
    await received(whop.say(member.user, "One"));
    await passes("0 seconds");
    expect(await statusOf(member)).toBe("handing_over");
    await received(whop.say(member.user, "Two"));
    expect(await statusOf(member)).toBe("handing_over");
    expect((await send((await pending(member))!)).outcome).toBe("delivered");
    await received(whop.say(member.user, "Three"));
    expect((await conversationOf(member))!.causes).toEqual([
      ...["membership_valid", "welcome_sent", "reply", "handover", "handed_over"],
    ]);
    const said = (await messagesOf(member)).filter(({ sender }) => sender === "member");
    expect(said.map(({ body }) => body)).toEqual(["One", "Two", "Three"]);
  });

  test("the hand-over cannot be sent, the chat goes on in the app all the same", async () => {
    const member = await waiting();
    await received(whop.say(member.user, "Hello"));
    await passes("0 seconds");
    await passes("30 hours");
    expect((await conversationOf(member))!).toMatchObject({ status: "internal", cause: "handover_unsent" });
  });

  test("a membership is toggled ten times in a second, its member is welcomed once", async () => {
    const member = aMember();
    await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        received(
          membershipEvent(
            n % 2 === 0 ? "membership.deactivated" : "membership.activated",
            member,
            n % 2 === 0 ? { "data.status": "canceled" } : {},
            1000 - n * 100,
          ),
        ),
      ),
    );
    await until("all are applied", async () => {
      const [row] =
        await testStack.sql`select status from public.memberships where provider_ref = ${member.membership}`;
      return row?.status === "active";
    });
    expect(await statusOf(member)).toBe("welcoming");
    for (const { id } of await messagesOf(member)) await send(id);
    expect(fromUs(member)).toHaveLength(1);
    expect(await statusOf(member)).toBe("waiting");
  });

  test("the member leaves, nothing is said any more; back again, it goes on where it was", async () => {
    const member = await waiting();
    await passes("25 hours");
    const reminder = (await pending(member))!;
    await received(membershipEvent("membership.deactivated", member, { "data.status": "canceled" }));
    expect(await statusOf(member)).toBe("closed");
    expect(await send(reminder)).toMatchObject({ outcome: "cancelled" });
    await received(whop.say(member.user, "I left, thank you."));
    await passes("30 days");
    expect(await statusOf(member)).toBe("closed");
    expect((await messagesOf(member)).map(({ body }) => body)).toContain("I left, thank you.");
    expect(fromUs(member)).toHaveLength(1);
    await received(membershipEvent("membership.activated", member, {}, -1000));
    expect((await conversationOf(member))!).toMatchObject({ status: "replied", cause: "back_after_reply" });
  });

  test("a renewal commits while cron closes what has ended, the chat stays open", async () => {
    const member = await waiting();
    const { sql } = testStack;
    const set = (on: Pick<typeof sql, "unsafe">, end: string) =>
      on.unsafe(
        `update public.memberships set current_period_end = now() + $2::interval, cancel_at_period_end = true
         where provider_ref = $1`,
        [member.membership, end],
      );
    await set(sql, "1 hour");
    let cron: Promise<unknown> | undefined;
    await sql.begin(async (renewal) => {
      await set(renewal, "40 days");
      let ended = false;
      cron = sql`select community.run_conversations(now() + interval '2 hours')`.finally(() => (ended = true));
      await until("cron has met it", async () => {
        const [row] = await sql`select count(*)::int as waiting from pg_stat_activity where wait_event_type = 'Lock'
          and query like '%run_conversations%' and pid <> pg_backend_pid()`;
        return ended || row!.waiting > 0;
      });
    });
    await cron;
    expect(await statusOf(member)).toBe("waiting");
    await passes("41 days");
    expect(await statusOf(member)).toBe("closed");
  });

  test("what is asked of a channel that is gone, the others are read all the same", async () => {
    const [gone, member] = [await waiting(), await waiting()];
    await testStack.sql`
      update public.conversations c set support_channel = 'chat_feed_gone' from public.memberships m
      where m.id = c.membership_id and m.provider_ref = ${gone.membership}`;
    whop.say(member.user, "Read me");
    expect((await poll()).outcome).toBe("retry");
    expect(await statusOf(member)).toBe("replied");
    await testStack.sql`
      delete from public.conversations c using public.memberships m
      where m.id = c.membership_id and m.provider_ref = ${gone.membership}`;
  });

  test("there are two memberships of one person, each has its welcome in the one channel", async () => {
    const first = await started();
    const second = { user: first.user, membership: `${first.membership}_2` };
    await received(membershipEvent("membership.activated", second));
    const other = (await pending(second))!;
    await sendAndLoseTheAnswer(first, first.welcome);
    await sendAndLoseTheAnswer(second, other);
    whop.forgetKeys();
    expect((await send(first.welcome)).outcome).toBe("delivered");
    expect((await send(other)).outcome).toBe("delivered");
    expect(fromUs(first)).toHaveLength(2);
    const refs = [...(await messagesOf(first)), ...(await messagesOf(second))].map(({ provider_ref }) => provider_ref);
    expect(new Set(refs).size).toBe(2);
  });

  test("memberships, payments, messages and the clock come in any order: every step is legal, each text is sent at most once", async () => {
    const step = fc.oneof(
      { weight: 3, arbitrary: fc.constant("send") },
      { weight: 2, arbitrary: fc.constantFrom("send: 500", "send: 429", "send: lost", "send: hang") },
      fc.constantFrom("valid", "invalid", "past due", "payment failed", "renewed"),
      { weight: 2, arbitrary: fc.constantFrom("reply", "reply unseen", "in the app", "webhook of ours") },
      { weight: 3, arbitrary: fc.constantFrom("10 minutes", "3 hours", "1 day", "3 days", "8 days") },
      fc.constantFrom("poll", "keys forgotten", "refuse support", "refuse messages", "accept"),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 18 }), async (steps) => {
        const member = await started();
        let later = 0;
        let moment = 0;
        for (const one of steps) await take(one);
        whop.refusals.clear();

        const { id } = (await conversationOf(member))!;
        const chain = await testStack.sql`
          select t.from_status, t.to_status from public.conversation_transitions t where t.conversation_id = ${id}
          order by t.id`;
        // Each begins where the one before it ended; that each is legal a foreign key holds.
        expect(chain.map(({ from_status }) => from_status)).toEqual([
          ...["new", ...chain.slice(0, -1).map(({ to_status }) => to_status)],
        ]);
        expect(chain.at(-1)!.to_status).toBe(await statusOf(member));
        const texts = fromUs(member).map(({ content }) => content);
        expect(texts).toEqual([...new Set(texts)]);
        const keys = (await messagesOf(member)).filter(({ key }) => key !== null).map(({ key }) => key);
        expect(keys).toEqual([...new Set(keys)]);
        expect(
          await testStack.sql`
          select * from ops.audit_conversations where id = ${id} and what like 'status%'`,
        ).toHaveLength(0);

        async function sendWith(fault: () => void, lose: boolean): Promise<void> {
          const waits = await pending(member);
          if (!waits) return;
          fault();
          const stop = new AbortController();
          const asked = whop.asked.length;
          const sending = send(waits, stop.signal);
          const isPosted = () =>
            whop.asked.slice(asked).some(({ method, path }) => method === "POST" && path === "/messages");
          let ended = false;
          void sending.then(() => (ended = true));
          if (lose) {
            await until("it is posted, or done", () => ended || isPosted());
            stop.abort();
          }
          await sending;
          whop.mend();
        }
        async function take(what: string): Promise<void> {
          const at = { "data.updated_at": new Date(Date.now() + moment++ * 1000).toISOString() };
          switch (what) {
            case "send":
              return await sendWith(() => {}, false);
            case "send: 500":
            case "send: 429":
              return await sendWith(
                () => whop.fail({ kind: what.slice(6) as "500", path: "/messages", method: "POST" }),
                false,
              );
            case "send: lost":
              return await sendWith(
                () => whop.fail({ kind: "done, then hang", path: "/messages", method: "POST" }),
                true,
              );
            case "send: hang":
              return await sendWith(() => whop.fail({ kind: "hang", path: "/messages", method: "POST" }), true);
            case "valid":
            case "renewed":
              return await received(membershipEvent("membership.activated", member, at));
            case "invalid":
              return await received(
                membershipEvent("membership.deactivated", member, { ...at, "data.status": "canceled" }),
              );
            case "past due":
              return await received(
                membershipEvent("membership.updated", member, { ...at, "data.status": "past_due" }),
              );
            case "payment failed":
              return await received(
                whopEvent("payment.failed", { "data.membership.id": member.membership, "data.user.id": member.user }),
              );
            case "reply":
            case "reply unseen": {
              if (whop.channelsOf(member.user).length === 0) return;
              const webhook = whop.say(member.user, `Said ${crypto.randomUUID()}`);
              return what === "reply" ? await received(webhook) : undefined;
            }
            case "webhook of ours": {
              const [channel] = whop.channelsOf(member.user);
              const message = channel && whop.messages.get(channel.id)?.find(({ user }) => user.id !== member.user);
              if (!message) return;
              const event = { id: `msg_${crypto.randomUUID()}`, api_version: "v1", timestamp: message.created_at };
              const data = { channel: { id: channel.id, type: "support" }, message };
              return await received(JSON.stringify({ ...event, type: "chat.message.created", data }));
            }
            case "in the app":
              await testStack.sql`
                insert into public.conversation_messages (conversation_id, sender, body)
                select c.id, 'member', 'In the app' from public.conversations c
                join public.memberships m on m.id = c.membership_id where m.provider_ref = ${member.membership}`;
              return;
            case "poll":
              await poll();
              return;
            case "keys forgotten":
              return whop.forgetKeys();
            case "refuse support":
              return void whop.refusals.set("support", 403);
            case "refuse messages":
              return void whop.refusals.set("message", 422);
            case "accept":
              return whop.refusals.clear();
            default: {
              const [row] = await testStack.sql`select extract(epoch from ${what}::interval)::int as seconds`;
              later += row!.seconds;
              await passes(`${later} seconds`);
            }
          }
        }
      }),
      { numRuns: 40, endOnFailure: true },
    );
  });
});
