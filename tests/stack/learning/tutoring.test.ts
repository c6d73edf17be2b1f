/**
 * Tutoring as its people live it: with the code of docs/guides/tutoring.md, over the Data API and functions/checkout,
 * with nothing but the people's own tokens.
 */
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { afterAll, beforeAll, expect, test } from "vitest";
import WebSocket from "ws";
import { fathomEvent, fathomHeaders } from "../../../simulator/providers/fathom.ts";
import { blocksOf, type Guide, unfold } from "../docs/guide.ts";
import { type CheckedOut, pays, postCheckout, sends } from "../storefront.ts";
import { aBuyer, startTestStack, type TestStack, until } from "../test_stack.ts";

let testStack: TestStack;
type Person = Awaited<ReturnType<typeof aBuyer>>;
let student: Person;
let tutor: Person;
let admin: Person;
let stranger: Person;
let guest: SupabaseClient;
let tutorId: string;
let guide: Guide;
// The guide's files, by who uses them.
let shop: Awaited<ReturnType<Guide["load"]>>;
let students: Awaited<ReturnType<Guide["load"]>>;
let tutors: Awaited<ReturnType<Guide["load"]>>;

beforeAll(async () => {
  testStack = await startTestStack();
  guide = await unfold("tutoring.md");
  [shop, students, tutors] = await Promise.all(["shop.ts", "student.ts", "tutor.ts"].map(guide.load));
  student = await aBuyer(testStack);
  tutor = await aBuyer(testStack, "tutor@example.com");
  admin = await aBuyer(testStack);
  stranger = await aBuyer(testStack);
  await testStack.sql`insert into public.admins (user_id) values (${admin.id})`;
  guest = createClient(testStack.stack.apiUrl, testStack.stack.publishableKey, {
    auth: { persistSession: false },
    realtime: { transport: WebSocket as never },
  });
  await testStack.sql.unsafe((await blocksOf("tutoring.md"))["hours.sql"]!);
  const [row] = await testStack.sql`select id from public.tutors where email = 'tutor@example.com'`;
  tutorId = row!.id;
});
afterAll(async () => {
  await Promise.all([student, tutor, admin, stranger].map((person) => person?.client.realtime.disconnect()));
  await guest?.realtime.disconnect();
  await guide?.remove();
  await testStack?.stop();
});

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();

/** Free times of the coming weeks, as a guest sees them; each test takes one of its own. */
async function nextFree(): Promise<string[]> {
  const times: { starts_at: string }[] = await shop.freeTimes(guest, "maths-60", inDays(3), inDays(40));
  return times.map(({ starts_at }) => new Date(starts_at).toISOString());
}

async function checksOut(starts_at: string): Promise<Response> {
  const { data } = await student.client.auth.getSession();
  const purchase = { provider: "stripe", items: [{ sku: "maths-60", quantity: 1, starts_at }] };
  return await postCheckout(testStack, purchase, { bearer: data.session!.access_token });
}

/** The student buys a session at Stripe, and pays for it. */
async function buys(starts_at: string): Promise<string> {
  const response = await checksOut(starts_at);
  const bought = (await response.json()) as CheckedOut;
  expect([response.status, bought]).toMatchObject([201, { total_minor: 3500 }]);
  await sends(testStack, "stripe", await pays(testStack, "stripe", bought, "captured"));
  const [session] = await testStack.sql`
    select s.id from public.tutoring_sessions s join public.order_items i on i.id = s.order_item_id
    join public.orders o on o.id = i.order_id where o.checkout_session_id = ${bought.checkout_session_id}`;
  return session!.id;
}

const clockOfBerlin = (time: string | number | Date) =>
  new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "short", timeZone: "Europe/Berlin" }).format(
    new Date(time),
  );

/** Ten o'clock in Berlin, in milliseconds. */
const tenInBerlin = (day: string) =>
  [8, 9].map((hour) => Date.parse(`${day}T0${hour}:00Z`)).find((time) => clockOfBerlin(time).endsWith("10:00"))!;

/** The Sundays of the coming year on which the clocks change, and those a week before. */
function changesOfBerlin(): { before: string; after: string }[] {
  const days = Array.from({ length: 366 }, (_, n) => inDays(n + 12).slice(0, 10));
  const changed = days.filter((day, n) => n >= 7 && tenInBerlin(day) - tenInBerlin(days[n - 1]!) !== 86_400_000);
  return changed.map((after) => ({ before: days[days.indexOf(after) - 7]!, after }));
}

/** What make.com was told of a session, once it was. */
async function told(type: string, session: string): Promise<Record<string, unknown>> {
  const message = await until(`make.com to hear ${type}`, () =>
    testStack.receiver.received.find((one) => one.path === "/make" && one.type === type && one.body.includes(session)),
  );
  return JSON.parse(message.body).data;
}

test("a guest sees when a tutor is free, within the hours, and nothing of whom", async () => {
  const times = await shop.freeTimes(guest, "maths-60", inDays(0), inDays(20));
  expect(times.length).toBeGreaterThan(50);
  for (const { starts_at, ends_at } of times) {
    expect(Date.parse(ends_at) - Date.parse(starts_at)).toBe(3_600_000);
    const clock = new Intl.DateTimeFormat("en-GB", { timeStyle: "short", timeZone: "Europe/Berlin" }).format(
      new Date(starts_at),
    );
    expect(clock).toMatch(/^(09:[03]0|10:[03]0|11:00|14:[03]0|15:[03]0|16:[03]0|17:00)$/);
  }
  expect(Object.keys(times[0])).toEqual(["starts_at", "ends_at"]);
});

test("a longer list than 62 days, or one of something else, is refused with what to do", async () => {
  await expect(shop.freeTimes(guest, "maths-60", inDays(0), inDays(63))).rejects.toMatchObject({
    code: "22023",
    details: "range_invalid",
    hint: "Ask for a shorter time, then for the next.",
  });
  await expect(shop.freeTimes(guest, "mug", inDays(0), inDays(1))).rejects.toMatchObject({
    code: "PT404",
    details: "unknown_item",
  });
});

test("a checkout refuses 03:00, 2040 and in 60 seconds, and says the next free time", async () => {
  const [free] = await nextFree();
  const night = new Date(Math.floor(Date.parse(free!) / 86_400_000) * 86_400_000 + 2 * 3_600_000).toISOString();
  const soon = new Date(Date.now() + 60_000).toISOString();
  for (const [starts_at, why] of [
    [night, "its tutor teaches at other hours"],
    ["2040-01-02T09:00:00Z", "it can be booked 60 days ahead at most"],
    [soon, "it has to be booked 2 hours ahead"],
  ]) {
    const response = await checksOut(starts_at!);
    const answer = await response.json();
    expect([response.status, answer.error]).toEqual([409, "not_bookable"]);
    expect(answer.message).toContain(why);
    const next = /The next free time is (\S+)\. /.exec(answer.message)![1]!;
    const again = await checksOut(next);
    const bought = await again.json();
    expect([again.status, bought]).toMatchObject([201, {}]);
    await testStack.sql`select commerce.cancel_checkout(${bought.checkout_session_id})`;
  }
});

test("a time that is bought is free for nobody else; a student moves it, and the tutor hears of it", async () => {
  const [time, , , later] = await nextFree();
  const session = await buys(time!);
  expect(await nextFree()).not.toContain(time);
  const refused = await checksOut(time!);
  expect([refused.status, await refused.json()]).toMatchObject([409, { error: "sold_out" }]);

  const heard: [string, string][] = [];
  const channel = tutor.client.channel(`user:${tutor.id}`, { config: { private: true } });
  for (const event of ["INSERT", "UPDATE"])
    channel.on("broadcast", { event }, ({ payload }) => {
      heard.push([payload.table, payload.record.starts_at ?? payload.record.kind]);
    });
  channel.subscribe();
  await until("Realtime to listen", () => channel.state === "joined");

  expect(await students.terms(student.client, session)).toMatchObject({
    ...{ move_refused: null, moves_left: 2, cancel_refused: null, tutor_name: "Tom" },
    ...{ refund: "requested", refund_minor: 3500, refund_currency: "EUR", refund_credits: null },
  });
  const moves = await students.timesToMove(student.client, session, inDays(3), inDays(40));
  expect(moves.map(({ starts_at }: { starts_at: string }) => new Date(starts_at).toISOString())).toContain(later);
  const key = crypto.randomUUID();
  const change = await students.move(student.client, session, later!, key);
  expect(change).toMatchObject({ kind: "rescheduled", changed_as: "student", changed_by: student.id, late: false });
  expect(await students.move(student.client, session, later!, key)).toEqual(change);
  await until("the tutor to hear of it", () => heard.length >= 2);
  expect(heard.map(([table, what]) => [table, table === "notifications" ? what : Date.parse(what)]).sort()).toEqual([
    ["notifications", "session_rescheduled"],
    ["tutoring_sessions", Date.parse(later!)],
  ]);
  expect(await told("tutoring_session.rescheduled", session)).toMatchObject({
    changed_as: "student",
    tutor_email: "tutor@example.com",
    student_email: student.email,
    tutor_name: "Tom",
  });
  expect(await students.mySessions(student.client, student.id)).toMatchObject([
    { id: session, tutoring_session_changes: [{ kind: "rescheduled", changed_as: "student" }] },
  ]);
  expect(await nextFree()).toContain(time);
});

test("a tutor cancels, and the student's money comes back", async () => {
  const [time] = await nextFree();
  const session = await buys(time!);
  expect(await students.cancel(tutor.client, session, "I am ill.")).toMatchObject({
    ...{ refund: "requested", refund_minor: 3500, refund_currency: "EUR", changed_as: "tutor" },
  });
  const order = await until("the order to be refunded", async () => {
    const [row] = await testStack.sql`
      select o.status from public.tutoring_sessions s join public.order_items i on i.id = s.order_item_id
      join public.orders o on o.id = i.order_id where s.id = ${session} and o.status = 'refunded'`;
    return row;
  });
  expect(order).toMatchObject({ status: "refunded" });
  expect(await told("tutoring_session.cancelled", session)).toMatchObject({
    ...{ reason: "I am ill.", refund: "requested", status: "cancelled" },
  });
  const { data } = await student.client
    .from("notifications")
    .select("kind, body")
    .eq("tutoring_session_id", session)
    .throwOnError();
  expect(data).toMatchObject([
    { kind: "session_cancelled", body: expect.stringContaining("(Europe/Berlin). I am ill.") },
  ]);
  expect(await nextFree()).toContain(time);
});

test("a student who cancels too late pays; an admin with a reason gives it back all the same", async () => {
  const [time, other] = await nextFree();
  const session = await buys(time!);
  await tutors.setRules(tutor.client, tutorId, { cancel_hours: 2000 });
  expect(await students.cancel(student.client, session)).toMatchObject({ refund: "none", late: true });

  const kind = await buys(other!);
  const { data } = await admin.client
    .rpc("cancel_session", { session_id: kind, reason: "The student had an accident." })
    .throwOnError();
  expect(data).toMatchObject({ changed_as: "admin", refund: "requested", late: true });
  await tutors.setRules(tutor.client, tutorId, { cancel_hours: 24 });
});

test("credits book a session once, cancelled in time they come back, and too few book nothing", async () => {
  await testStack.sql.unsafe((await blocksOf("tutoring.md"))["credits.sql"]!);
  await testStack.sql`insert into public.credit_ledger (user_id, credits, reason) values (${student.id}, 6, 'granted')`;
  const { book } = await guide.load("credits.ts");
  const balance = async () => (await student.client.rpc("credit_balance").throwOnError()).data;
  const [time, , , , , other] = await nextFree();
  const key = crypto.randomUUID();
  // The dialog is impatient: five calls at once.
  const booked = await Promise.all(Array.from({ length: 5 }, () => book(student.client, "maths-60", time!, key)));
  expect(new Set(booked.map(({ id }) => id)).size).toBe(1);
  expect(await balance()).toBe(2);
  const [{ id }] = booked;
  expect(await told("tutoring_session.created", id)).toMatchObject({ price_credits: 4, student_email: student.email });
  expect((await checksOut(time!)).status).toBe(409);
  await expect(book(student.client, "maths-60", other!, crypto.randomUUID())).rejects.toMatchObject({
    details: "not_enough_credits",
  });
  expect(await nextFree()).toContain(other);

  expect(await students.cancel(student.client, id)).toMatchObject({ refund: "credits", refund_credits: 4 });
  expect(await students.cancel(student.client, id)).toMatchObject({ refund: "credits", refund_credits: 4 });
  expect(await balance()).toBe(6);
  expect(await nextFree()).toContain(time);
});

test("two students with credits want one time: one gets it, the other keeps the credits", async () => {
  const { book } = await guide.load("credits.ts");
  await testStack.sql`insert into public.credit_ledger (user_id, credits, reason) values (${stranger.id}, 4, 'granted')`;
  const [time] = await nextFree();
  const results = await Promise.allSettled(
    [student, stranger].map(({ client }) => book(client, "maths-60", time!, crypto.randomUUID())),
  );
  expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  expect(results.find(({ status }) => status === "rejected")).toMatchObject({ reason: { details: "sold_out" } });
  const balances = await Promise.all(
    [student, stranger].map(async ({ client }) => (await client.rpc("credit_balance").throwOnError()).data),
  );
  expect(balances.reduce((sum, one) => sum! + one!, 0)).toBe(6);
});

test("the recap comes to both on their topics, by the session's link; who wants no e-mail gets none", async () => {
  const { prefer, unread, markRead } = await guide.load("notifications.ts");
  await prefer(tutor.client, "recap_ready", true, false);
  const [time] = await nextFree();
  const session = await buys(time!);
  const room = "https://meet.google.com/rec-apof-them";
  await testStack.sql`update public.tutoring_sessions set meet_link = ${room} where id = ${session}`;
  const heard = await Promise.all(
    [student, tutor].map(async ({ client, id }) => {
      const changes: string[] = [];
      const channel = client.channel(`user:${id}`, { config: { private: true } });
      for (const event of ["INSERT", "UPDATE"])
        channel.on("broadcast", { event }, ({ payload }) => {
          const { table, record } = payload;
          changes.push([table, record.tutoring_session_id ?? record.id, record.status ?? record.kind].join(" "));
        });
      channel.subscribe();
      await until("Realtime to listen", () => channel.state === "joined");
      return changes;
    }),
  );
  // Nobody is invited, and the tutor's account does not record: only the link says which session it is.
  const body = fathomEvent("new_meeting_content_ready", {
    ...{ meeting_url: `${room}?authuser=0`, calendar_invitees: [] },
    ...{ "recorded_by.email": "notes@example.com", recording_start_time: time, scheduled_start_time: time },
    ...{ recording_end_time: new Date(Date.parse(time!) + 3_000_000).toISOString() },
  });
  const headers = fathomHeaders(body, testStack.stack.env.FATHOM_WEBHOOK_SECRET!);
  expect((await fetch(`${testStack.stack.functionsUrl}/fathom`, { method: "POST", body, headers })).status).toBe(200);
  for (const changes of heard)
    await until("the recap on the topic", () =>
      [`session_recaps ${session} `, `tutoring_sessions ${session} completed`, "notifications"].every((one) =>
        changes.some((change) => change.startsWith(one)),
      ),
    );
  expect(await told("recap.created", session)).toMatchObject({ write_to: [student.email] });
  const mine: { id: string; kind: string }[] = await unread(student.client);
  expect(mine).toContainEqual(expect.objectContaining({ kind: "recap_ready" }));
  await markRead(
    student.client,
    mine.map(({ id }) => id),
  );
  expect(await unread(student.client)).toEqual([]);
});

test("a session booked before the clocks change begins at the local hour that was booked", async () => {
  await tutors.setRules(tutor.client, tutorId, { book_ahead_days: 400 });
  await tutors.addHours(tutor.client, tutorId, 7, "10:00", "12:00");
  // Sundays on which the clocks of Berlin change, and the Sundays before.
  const changes = changesOfBerlin();
  expect(changes).toHaveLength(2);
  for (const { before, after } of changes) {
    for (const day of [before, after]) {
      const times: { starts_at: string }[] = await shop.freeTimes(guest, "maths-60", `${day}T00:00Z`, `${day}T23:59Z`);
      expect(times.map(({ starts_at }) => clockOfBerlin(starts_at))).toEqual([
        `${day} 10:00`,
        `${day} 10:30`,
        `${day} 11:00`,
      ]);
    }
    const at = (day: string) => new Date(tenInBerlin(day)).toISOString();
    expect((Date.parse(at(after)) - Date.parse(at(before))) / 3_600_000).not.toBe(7 * 24);
    const session = await buys(at(before));
    await students.move(student.client, session, at(after), crypto.randomUUID());
    const { data } = await student.client.from("notifications").select("body").eq("tutoring_session_id", session);
    expect(data![0]!.body).toContain(`now ${after} 10:00 (Europe/Berlin), before ${before} 10:00 (Europe/Berlin)`);
    const [row] = await testStack.sql`select starts_at, ends_at from public.tutoring_sessions where id = ${session}`;
    expect([row!.starts_at, row!.ends_at].map((time) => clockOfBerlin(time))).toEqual([
      `${after} 10:00`,
      `${after} 11:00`,
    ]);
  }
  await tutors.setRules(tutor.client, tutorId, { book_ahead_days: 60 });
});

test("somebody else moves and cancels nothing, and learns nothing", async () => {
  const [time, later] = await nextFree();
  const session = await buys(time!);
  for (const attempt of [
    () => students.move(stranger.client, session, later!, "key"),
    () => students.cancel(stranger.client, session),
    () => students.timesToMove(stranger.client, session, inDays(3), inDays(4)),
  ])
    await expect(attempt()).rejects.toMatchObject({ code: "PT404", details: "session_unknown" });
  await expect(students.cancel(guest, session)).rejects.toMatchObject({ code: "42501" });
  await expect(tutors.setRules(stranger.client, tutorId, { notice_minutes: 0 })).rejects.toMatchObject({
    code: "PGRST116",
  });
  await expect(tutors.takeDaysOff(stranger.client, tutorId, "2027-01-01", "2027-01-02")).rejects.toMatchObject({
    code: "42501",
  });
});

test("a tutor takes days off and adds hours, and buyers see it at once", async () => {
  const [time] = await nextFree();
  const day = time!.slice(0, 10);
  await tutors.takeDaysOff(tutor.client, tutorId, day, day);
  expect((await nextFree()).filter((one) => one.startsWith(day))).toEqual([]);
  await testStack.sql`delete from public.tutor_exceptions where first_day = ${day}`;
  await tutors.addHours(tutor.client, tutorId, 6, "10:00", "12:00");
  const days = (await nextFree()).map((one) => new Date(one).getUTCDay());
  expect(days).toContain(6);
});

test("cron reminds both of a session that is about to begin, once", async () => {
  await testStack.sql.unsafe((await blocksOf("tutoring.md"))["trial.sql"]!);
  const [time] = await nextFree();
  const session = await buys(time!);
  // As if it had been booked two days ago, and began in an hour.
  await testStack.sql`
    update public.tutoring_sessions set created_at = now() - interval '2 days',
      starts_at = now() + interval '59 minutes', ends_at = now() + interval '2 hours'
    where id = ${session}`;
  const reminders = await until("both to be notified", async () => {
    const rows = await testStack.sql`
      select user_id from public.notifications where tutoring_session_id = ${session} and kind = 'session_reminder'`;
    return rows.length > 0 && rows;
  });
  expect(reminders.map(({ user_id }) => user_id).sort()).toEqual([student.id, tutor.id].sort());
  expect(await told("tutoring_session.reminder", session)).toMatchObject({
    ...{ minutes_before: 60, tutor_email: "tutor@example.com", student_email: student.email },
  });
  await testStack.sql`select tutoring.remind()`;
  expect(
    await testStack.sql`select 1 from public.session_reminders where tutoring_session_id = ${session}`,
  ).toHaveLength(1);
});
