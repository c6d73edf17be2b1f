/**
 * Google Calendar with Meet links, with the code of docs/guides/google_calendar.md: through the running stack, and each
 * way in which Google can answer.
 */
import { generateKeyPairSync } from "node:crypto";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type AttemptOutcome, NotConfigured } from "../../../functions/_shared/outbound/adapter.ts";
import { calendarJob } from "../../../functions/_shared/outbound/jobs/calendar.ts";
import type { GoogleEvent, GoogleStandIn } from "../../../local/providers/google.ts";
import { blocksOf, type Guide, unfold } from "../docs/guide.ts";
import { aBuyer, paymentEvent, post, startTestStack, type TestStack, testRuntime, until } from "../test_stack.ts";

const NOTETAKER = "notes@example.com";
const HOUR = 3_600_000;

let testStack: TestStack;
let google: GoogleStandIn;
let guide: Guide;
beforeAll(async () => {
  testStack = await startTestStack({ env: { GOOGLE_NOTETAKER_EMAIL: NOTETAKER } });
  google = testStack.stack.providers.google;
  guide = await unfold("google_calendar.md");
  await testStack.sql.unsafe((await blocksOf("google_calendar.md"))["connect.sql"]!);
  // Its limits are of time, and time is short here.
  await testStack.sql`update outbox.destinations set max_per_second = 100, tokens = 100 where name = 'calendar'`;
});
afterAll(async () => {
  await guide?.remove();
  await testStack?.stop();
});

interface Session {
  id: string;
  tutor: string;
  student: string;
}

/** A session by hand, two days ahead. */
async function aSession({ student = `student-${crypto.randomUUID()}@example.com` } = {}): Promise<Session> {
  const tutor = `tutor-${crypto.randomUUID()}@example.com`;
  const starts = Date.now() + 48 * HOUR;
  const [row] = await testStack.sql`
    insert into public.tutoring_sessions (title, starts_at, ends_at, tutor_email, student_email)
    values ('Maths', ${new Date(starts)}, ${new Date(starts + HOUR)}, ${tutor}, ${student}) returning id`;
  return { id: row!.id, tutor, student };
}

async function rowOf(id: string) {
  const [row] = await testStack.sql`
    select s.meet_link, s.calendar_event_id, s.starts_at, e.version, e.synced_version, e.problem, e.conference_number
    from public.tutoring_sessions s left join calendar.entries e on e.id = s.id where s.id = ${id}`;
  return row!;
}

/** The events about a session, deleted ones too. */
const eventsOf = (id: string): GoogleEvent[] =>
  [...google.events.values()].filter(
    ({ extendedProperties }) => (extendedProperties as { private: Record<string, string> }).private.signalbox_id === id,
  );

const deliveriesOf = (id: string) =>
  testStack.sql`select id, status, last_error from outbox.deliveries
    where destination = 'calendar' and record_key = ${`entries/${id}`} order by id`;

const settled = (id: string) =>
  until("its deliveries are settled", async () =>
    (await deliveriesOf(id)).every(({ status }) => ["delivered", "cancelled"].includes(status)),
  );

/** What waits for its time is due, as if that had come. */
async function comesDue(id: string): Promise<void> {
  await testStack.sql`update outbox.deliveries set next_attempt_at = clock_timestamp()
    where destination = 'calendar' and status = 'pending' and record_key = ${`entries/${id}`}`;
  await testStack.sql`select outbox.ring_if_due()`;
}

const change = (id: string, columns: Record<string, unknown>) =>
  testStack.sql`update public.tutoring_sessions set ${testStack.sql(columns)} where id = ${id}`;

describe("through the running stack", () => {
  test("a booked and paid session gets its Meet link on the student's private topic, and on the tutor's", async () => {
    const [student, teacher] = await Promise.all([aBuyer(testStack), aBuyer(testStack)]);
    type Change = { table: string; record: { id: string; meet_link: string | null } };
    const heard = await Promise.all(
      [student, teacher].map(async ({ client, id }) => {
        const changes: Change[] = [];
        const channel = client
          .channel(`user:${id}`, { config: { private: true } })
          .on("broadcast", { event: "UPDATE" }, ({ payload }) => void changes.push(payload as Change));
        await new Promise<void>((resolve, reject) =>
          channel.subscribe((state, error) => (state === "SUBSCRIBED" ? resolve() : error && reject(error))),
        );
        return changes;
      }),
    );

    const sku = `lesson-${crypto.randomUUID()}`;
    const tutor = teacher.email;
    await testStack.sql`
      insert into public.products (sku, name, price_minor, currency, kind, tutor_email, session_minutes)
      values (${sku}, 'Maths lesson', 4900, 'EUR', 'tutoring_session', ${tutor}, 60)`;
    const starts = new Date(Math.ceil(Date.now() / HOUR) * HOUR + 72 * HOUR).toISOString();
    const items = testStack.sql.json([{ sku, quantity: 1, starts_at: starts }]);
    const [row] = await testStack.sql`select commerce.open_checkout(${student.email}, ${items}) as id`;
    const sale = { sku, checkout: row!.id, name: crypto.randomUUID() };
    expect((await post(testStack, "stripe", paymentEvent("stripe", "captured", sale))).status).toBe(200);

    const linkOn = (changes: Change[]) =>
      until("the link on the topic", () =>
        changes.find(({ table, record }) => table === "tutoring_sessions" && record.meet_link !== null),
      );
    const [told, toldTutor] = await Promise.all(heard.map(linkOn));
    expect(toldTutor!.record).toEqual(told!.record);
    const [event] = eventsOf(told!.record.id);
    expect(told!.record.meet_link).toBe(event!.hangoutLink);
    expect(event!.attendees!.map(({ email }) => email)).toEqual([NOTETAKER, student.email, tutor].sort());
    expect(event!.start).toEqual({ dateTime: starts, timeZone: "Africa/Douala" });
    await until("make.com to hear of it", () =>
      testStack.receiver.received.find(
        ({ path, type, body }) =>
          path === "/make" && type === "tutoring_session.changed" && body.includes(told!.record.meet_link!),
      ),
    );
    await Promise.all([student, teacher].map(({ client }) => client.removeAllChannels()));
  });

  test("an app shows the link when it comes: the guide's code", async () => {
    const student = await aBuyer(testStack);
    google.conferences.push("pending");
    const { id } = await aSession({ student: student.email });
    const shown: string[] = [];
    const { onMeetLink } = await guide.load("meet_link.ts");
    await onMeetLink(student.client, student.id, id, (link: string) => shown.push(link));
    const event = await until("its event", () => eventsOf(id)[0]);
    await until("the courier waits", async () => (await rowOf(id)).calendar_event_id);
    google.settleConference(event.id, "success");
    await until("the link", async () => {
      await comesDue(id);
      return shown.length > 0;
    });
    expect(shown[0]).toBe(event.hangoutLink);
    await student.client.removeAllChannels();
  });

  test("moved, its event moves; cancelled, it goes; scheduled again, it comes back with its link", async () => {
    const { id } = await aSession();
    await until("its link", async () => (await rowOf(id)).meet_link);
    const { meet_link } = await rowOf(id);
    const later = new Date(Date.now() + 96 * HOUR);
    await change(id, { starts_at: later, ends_at: new Date(later.getTime() + HOUR) });
    await settled(id);
    expect(eventsOf(id)).toMatchObject([{ status: "confirmed", start: { dateTime: later.toISOString() } }]);
    await change(id, { status: "cancelled" });
    await settled(id);
    expect(eventsOf(id)).toMatchObject([{ status: "cancelled" }]);
    await change(id, { status: "scheduled" });
    await settled(id);
    expect(eventsOf(id)).toMatchObject([{ status: "confirmed", hangoutLink: meet_link }]);
  });

  test("changed many times at once, Google has the last state", async () => {
    const { id } = await aSession();
    for (let n = 1; n <= 12; n++)
      await change(id, { title: `Title ${n}`, status: n % 3 === 0 ? "cancelled" : "scheduled" });
    await change(id, { title: "The last", status: "scheduled" });
    await settled(id);
    expect(eventsOf(id)).toMatchObject([{ status: "confirmed", summary: "The last" }]);
    expect((await rowOf(id)).meet_link).toBe(eventsOf(id)[0]!.hangoutLink);
  });

  test("a pending conference is looked at again, and nothing fails", async () => {
    google.conferences.push("pending");
    const { id } = await aSession();
    const event = await until("its event", () => eventsOf(id)[0]);
    await until("it is known here", async () => (await rowOf(id)).calendar_event_id);
    google.settleConference(event.id, "success");
    await until("its link", async () => {
      await comesDue(id);
      return (await rowOf(id)).meet_link;
    });
    await settled(id);
    const [destination] = await testStack.sql`select failures from outbox.destinations where name = 'calendar'`;
    expect(destination!.failures).toBe(0);
    expect(google.mails.filter((mail) => mail.includes(event.id)).every((mail) => mail.endsWith("invited"))).toBe(true);
  });

  test("the courier killed between Google's answer and our record, twenty times: one event, one link", async () => {
    const { sql, stack } = testStack;
    for (let seed = 1; seed <= 20; seed++) {
      const random = seeded(seed);
      // Before Google's answer is out, or some ms after it: in the middle of our record.
      const before = random() < 0.5;
      const delay = random() * 60;
      let killed: Promise<void> | undefined;
      google.onDone = ({ method, path }) => {
        if (killed || method !== "POST" || !path.startsWith("/calendar/")) return;
        killed = (async () => {
          if (!before) await new Promise((resolve) => setTimeout(resolve, delay));
          const pid = stack.functions.pid("dispatch");
          const victim = await pid;
          if (victim !== undefined) process.kill(victim, "SIGKILL");
          await until("its end", async () => (await stack.functions.pid("dispatch")) !== victim);
        })();
        return before ? killed : undefined;
      };
      const { id, student, tutor } = await aSession();
      await until("the event was made", () => killed !== undefined);
      await killed;
      google.onDone = null;
      // What it held is anybody's, as if half a minute had passed.
      await sql`update outbox.couriers set awake_until = null, ended_at = now() where ended_at is null`;
      await sql`
        update outbox.deliveries set lease_until = clock_timestamp() - interval '2 days'
        where destination = 'calendar' and status = 'sending'`;
      await until("its link, and all recorded", async () => {
        await comesDue(id);
        const deliveries = await deliveriesOf(id);
        return deliveries.length > 0 && deliveries.every(({ status }) => status === "delivered");
      });
      const events = eventsOf(id);
      const row = await rowOf(id);
      expect({ seed, events: events.length, link: row.meet_link }).toEqual({
        seed,
        events: 1,
        link: events[0]!.hangoutLink,
      });
      expect(row.calendar_event_id).toBe(events[0]!.id);
      // Everybody is written to once.
      const mails = google.mails.filter((mail) => mail.includes(events[0]!.id));
      expect(mails.sort()).toEqual(
        [NOTETAKER, student, tutor].sort().map((email) => `${email} ${events[0]!.id} invited`),
      );
    }
  });
});

/** The courier is not at work: each test runs the job itself. */
describe("when Google", () => {
  beforeAll(() => testStack.sql`select outbox.pause('calendar', 'the tests run the job')`);
  afterAll(() => testStack.sql`select outbox.resume('calendar')`);
  beforeEach(() => {
    google.conferences.length = 0;
  });
  afterEach(() => {
    google.onDone = null;
  });

  async function run(
    id: string,
    signal: AbortSignal = AbortSignal.timeout(240_000),
    more: Record<string, string> = {},
  ): Promise<AttemptOutcome> {
    const runtime = testRuntime(testStack);
    const env = (name: string) => more[name] ?? runtime.env(name);
    try {
      return await calendarJob.run({ message_id: "m", data: { id } }, { ...runtime, env }, signal);
    } finally {
      await runtime.database.close();
    }
  }
  const unconfigured = (work: Promise<unknown>): Promise<string> =>
    work.then(
      (outcome) => Promise.reject(new Error(`it was done: ${JSON.stringify(outcome)}`)),
      (error) => (error instanceof NotConfigured ? error.message : Promise.reject(error)),
    );

  test("hangs after having made the event: the next attempt finds it, and makes no second", async () => {
    const { id } = await aSession();
    const stop = new AbortController();
    google.hangAfter("POST /calendar/v3");
    google.onDone = ({ path, method }) => {
      if (method === "POST" && path.startsWith("/calendar/")) stop.abort();
    };
    expect(await run(id, stop.signal)).toMatchObject({ outcome: "retry" });
    google.onDone = null;
    expect(eventsOf(id)).toHaveLength(1);
    expect(await run(id)).toEqual({ outcome: "delivered", body: eventsOf(id)[0]!.hangoutLink });
    expect(eventsOf(id)).toHaveLength(1);
  });

  test("fails one conference, the next has another requestId", async () => {
    google.conferences.push("failure", "success");
    const { id } = await aSession();
    expect((await run(id)).outcome).toBe("delivered");
    const [event] = eventsOf(id);
    expect(google.requestIds.filter((one) => one.startsWith(event!.id))).toEqual([
      `${event!.id} ${id}-1`,
      `${event!.id} ${id}-2`,
    ]);
    expect((await rowOf(id)).meet_link).toBe(event!.hangoutLink);
  });

  test.each([["failure", "failure"] as const, ["ignored", "failure"] as const, ["ignored", "ignored"] as const])(
    "fails two conferences (%s, %s), a Meet space is put into the event",
    async (...conferences) => {
      google.conferences.push(...conferences);
      const { id } = await aSession();
      const made = google.spaces.length;
      expect(await run(id)).toEqual({ outcome: "delivered", body: google.spaces.at(-1) });
      expect(google.spaces).toHaveLength(made + 1);
      expect((await rowOf(id)).meet_link).toBe(google.spaces.at(-1));
      expect(eventsOf(id)[0]).toMatchObject({ location: google.spaces.at(-1) });
      // Again: no second space.
      await change(id, { title: "Another title" });
      expect((await run(id)).outcome).toBe("delivered");
      expect(google.spaces).toHaveLength(made + 1);
    },
  );

  test("makes neither conference nor space, a person is told, and what they do works", async () => {
    google.conferences.push("failure", "failure");
    google.refuse({ status: 403, reason: "insufficientPermissions", at: "POST /meet" });
    const { id } = await aSession();
    expect(await run(id)).toMatchObject({ outcome: "delivered", body: expect.stringContaining("google-login") });
    const [row] = await testStack.sql`select * from ops.attention where id = ${id}`;
    expect(row).toMatchObject({
      what: "session without a link",
      why: expect.stringContaining("insufficientPermissions"),
    });
    await testStack.sql.unsafe(row!.remedy.split(";")[0]);
    expect((await run(id)).outcome).toBe("delivered");
    expect((await rowOf(id)).meet_link).toMatch(/^https:\/\/meet\.google\.com\//);
    expect(await testStack.sql`select 1 from ops.attention where id = ${id}`).toHaveLength(0);
  });

  test("takes a conference's time, the delivery is postponed; after ten minutes it counts as failed", async () => {
    google.conferences.push("pending", "success");
    const { id } = await aSession();
    expect(await run(id)).toMatchObject({ outcome: "postponed", retryAfterMs: 2000 });
    await testStack.sql`update calendar.entries set conference_asked_at = now() - interval '30 s' where id = ${id}`;
    const again = await run(id);
    expect(again).toMatchObject({ outcome: "postponed" });
    expect(again.retryAfterMs).toBeGreaterThanOrEqual(30_000);
    await testStack.sql`update calendar.entries set conference_asked_at = now() - interval '11 min' where id = ${id}`;
    expect((await run(id)).outcome).toBe("delivered");
    expect(eventsOf(id)[0]!.conferenceData!.createRequest!.requestId).toBe(`${id}-2`);
  });

  test.each([
    [403, "rateLimitExceeded"],
    [403, "userRateLimitExceeded"],
    [403, "quotaExceeded"],
    [429, "rateLimitExceeded"],
    [500, "backendError"],
    [503, "backendError"],
  ])("answers %i %s, it is tried again", async (status, reason) => {
    const { id } = await aSession();
    google.refuse({ status, reason, at: "POST /calendar/v3", times: 3, retryAfter: status === 429 ? 0 : undefined });
    expect(await run(id)).toMatchObject({ outcome: "retry", status });
    // What is left of it.
    while ((await run(id)).outcome === "retry");
    expect(eventsOf(id)).toHaveLength(1);
    expect((await rowOf(id)).meet_link).not.toBeNull();
  });

  test.each([
    [403, "forbidden", /Share the calendar/],
    [403, "insufficientPermissions", /npm run google-login/],
    [403, "accessNotConfigured", /enable the Google Calendar API/],
    [403, "forbiddenForServiceAccounts", /GOOGLE_IMPERSONATED_USER/],
    [404, "notFound", /GOOGLE_CALENDAR_ID/],
  ])("answers %i %s, everything waits until an admin has set it", async (status, reason, advice) => {
    const { id } = await aSession();
    google.refuse({ status, reason, at: "POST /calendar/v3" });
    expect(await unconfigured(run(id))).toMatch(advice);
    const seen = () => testStack.sql`select why, remedy from ops.attention where what = 'calendar not connected'`;
    expect((await seen())[0]!.why).toMatch(advice);
    expect((await run(id)).outcome).toBe("delivered");
    expect(await seen()).toHaveLength(0);
  });

  test("answers 400 about one event, that one is refused and stops no other", async () => {
    const { id } = await aSession();
    google.refuse({ status: 400, reason: "invalid", at: "POST /calendar/v3" });
    expect(await run(id)).toMatchObject({ outcome: "refused", status: 400 });
  });

  test("lets an access token expire, another is asked for", async () => {
    const first = await aSession();
    await run(first.id);
    google.expireTokens();
    const { id } = await aSession();
    expect((await run(id)).outcome).toBe("delivered");
  });

  test("refuses the refresh token, an admin is told how to make another, and nothing is lost", async () => {
    const { id } = await aSession();
    google.revoke();
    expect(await unconfigured(run(id))).toMatch(/Token has been expired or revoked.*npm run google-login/s);
    const [row] = await testStack.sql`select severity, why from ops.attention where what = 'calendar not connected'`;
    expect(row).toMatchObject({ severity: "urgent", why: expect.stringContaining("7 days") });
    google.mend();
    expect((await run(id)).outcome).toBe("delivered");
  });

  test("says that the consent will end (an app in testing), an admin is told", async () => {
    google.consentSeconds = 604_800;
    google.expireTokens();
    const { id } = await aSession();
    await run(id);
    const seen = () => testStack.sql`select remedy from ops.attention where what = 'calendar consent ends'`;
    expect((await seen())[0]!.remedy).toContain("Publish the app");
    google.consentSeconds = null;
    google.expireTokens();
    await run((await aSession()).id);
    expect(await seen()).toHaveLength(0);
  });

  test("changed the event since it was read (412), it is read again", async () => {
    const { id } = await aSession();
    await run(id);
    await change(id, { title: "Another title" });
    google.refuse({ status: 412, reason: "conditionNotMet", at: "PATCH /calendar/v3" });
    expect((await run(id)).outcome).toBe("delivered");
    expect(eventsOf(id)).toMatchObject([{ summary: "Another title" }]);
  });

  test("has the event deleted by a person, it comes back, with its guests' answers", async () => {
    const { id, student } = await aSession();
    await run(id);
    const [event] = eventsOf(id);
    event!.attendees!.find(({ email }) => email === student)!.responseStatus = "accepted";
    event!.status = "cancelled";
    await testStack.sql`select calendar.sync(${id})`;
    expect((await run(id)).outcome).toBe("delivered");
    expect(eventsOf(id)).toMatchObject([{ status: "confirmed" }]);
    expect(eventsOf(id)[0]!.attendees).toContainEqual({ email: student, responseStatus: "accepted" });
  });

  test.each([404, 410])("will not bring a deleted event back (%i), one with another id is made", async (status) => {
    const { id } = await aSession();
    await run(id);
    eventsOf(id)[0]!.status = "cancelled";
    await testStack.sql`select calendar.sync(${id})`;
    google.refuse({ status, reason: "deleted", at: "PATCH /calendar/v3" });
    expect((await run(id)).outcome).toBe("delivered");
    expect(eventsOf(id).map((event) => event.status)).toEqual(["cancelled", "confirmed"]);
    const row = await rowOf(id);
    expect(row.calendar_event_id).toBe(`${id.replaceAll("-", "")}v1`);
    expect(row.meet_link).toBe(eventsOf(id)[1]!.hangoutLink);
  });

  test("forgot a deleted event but not its id, one with another id is made", async () => {
    const { id } = await aSession();
    await run(id);
    google.purge(eventsOf(id)[0]!.id);
    await testStack.sql`select calendar.sync(${id})`;
    expect((await run(id)).outcome).toBe("delivered");
    expect(eventsOf(id)).toMatchObject([{ id: `${id.replaceAll("-", "")}v1`, status: "confirmed" }]);
  });

  test.each([404, 410])("answers %i to a removal, it is done", async (status) => {
    const { id } = await aSession();
    await run(id);
    await change(id, { status: "cancelled" });
    google.refuse({ status, reason: "deleted", at: "DELETE /calendar/v3" });
    expect((await run(id)).outcome).toBe("delivered");
    expect((await rowOf(id)).synced_version).toBe(2);
  });

  test("made an event of a session that was cancelled meanwhile, it is removed again", async () => {
    const { id } = await aSession();
    google.onDone = async ({ method, path }) => {
      if (method === "POST" && path.startsWith("/calendar/")) await change(id, { status: "cancelled" });
    };
    expect(await run(id)).toEqual({ outcome: "delivered", body: "The event was removed." });
    expect(eventsOf(id)).toMatchObject([{ status: "cancelled" }]);
  });

  test("has nobody to invite for the student, the others are, and it is said", async () => {
    const { id, tutor } = await aSession({ student: "" });
    expect(await run(id)).toMatchObject({ outcome: "delivered", body: expect.stringContaining("student") });
    expect(
      eventsOf(id)[0]!
        .attendees!.map(({ email }) => email)
        .sort(),
    ).toEqual([NOTETAKER, tutor].sort());
    expect(await testStack.sql`select severity from ops.attention where id = ${id}`).toEqual([{ severity: "note" }]);
  });

  test("is not set up, nothing is sent and it is said", async () => {
    const { id } = await aSession();
    const runtime = testRuntime(testStack);
    const empty = { ...runtime, env: () => undefined };
    const job = calendarJob.run({ message_id: "m", data: { id } }, empty, AbortSignal.timeout(240_000));
    expect(await unconfigured(job)).toMatch(/GOOGLE_REFRESH_TOKEN not set/);
    await runtime.database.close();
    expect(eventsOf(id)).toHaveLength(0);
  });

  describe("is asked by a service account", () => {
    const { privateKey, publicKey } = generateKeyPairSync("rsa", {
      modulusLength: 2048,
      privateKeyEncoding: { type: "pkcs8", format: "pem" },
      publicKeyEncoding: { type: "spki", format: "pem" },
    });
    const account = {
      GOOGLE_SERVICE_ACCOUNT_EMAIL: "hub@example.iam.gserviceaccount.com",
      GOOGLE_SERVICE_ACCOUNT_PRIVATE_KEY: privateKey.replaceAll("\n", "\\n"),
      GOOGLE_IMPERSONATED_USER: "owner@example.com",
    };
    let both: string[];
    beforeEach(() => {
      both = google.scopes;
      google.serviceAccounts.set(account.GOOGLE_SERVICE_ACCOUNT_EMAIL, publicKey);
    });
    afterEach(() => {
      google.scopes = both;
      google.expireTokens();
    });

    test("the link comes the same way", async () => {
      const { id } = await aSession();
      expect(await run(id, undefined, account)).toEqual({ outcome: "delivered", body: eventsOf(id)[0]!.hangoutLink });
    });
    test("the calendar alone is enough, until a space is needed: then a person is told of the delegation", async () => {
      google.scopes = [both[0]!];
      google.conferences.push("failure", "failure");
      const { id } = await aSession();
      expect(await run(id, undefined, account)).toMatchObject({
        outcome: "delivered",
        body: expect.stringContaining("Domain-wide delegation"),
      });
      expect(eventsOf(id)).toHaveLength(1);
    });
    test("nothing delegated: everything waits, and it is said", async () => {
      google.scopes = [];
      const { id } = await aSession();
      expect(await unconfigured(run(id, undefined, account))).toMatch(/Domain-wide delegation/);
    });
  });

  test("fails in any way between any changes, in the end it has the event as it should be, once, and we its link", async () => {
    const step = fc.oneof(
      fc.constantFrom(...CHANGES).map((name) => ({ change: name })),
      fc.constantFrom(...FAULTS).map((name) => ({ fault: name })),
      fc.constantFrom("one", "two", "stopped").map((runs) => ({ runs })),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 14 }), async (steps) => {
        google.conferences.length = 0;
        const { id } = await aSession();
        for (const { change: changed, fault, runs } of steps as { change?: Change; fault?: Fault; runs?: string }[]) {
          if (changed) await change(id, columnsOf(changed));
          if (fault) plant(fault, id);
          if (runs === "two") await Promise.allSettled([run(id), run(id)]);
          else if (runs === "one") await run(id).catch(() => {});
          else if (runs === "stopped") {
            const stop = new AbortController();
            google.onDone = () => stop.abort();
            await run(id, stop.signal).catch(() => {});
            google.onDone = null;
          }
        }
        google.mend();
        google.conferences.length = 0;
        await testStack.sql`select calendar.sync(${id})`;
        let outcome = await run(id);
        for (let n = 0; outcome.outcome !== "delivered" && n < 5; n++) {
          for (const { id: event, conferenceData } of eventsOf(id)) {
            if (conferenceData?.createRequest?.status?.statusCode === "pending")
              google.settleConference(event, "success");
          }
          outcome = await run(id);
        }
        expect(outcome.outcome).toBe("delivered");
        const [row] = await testStack.sql`
          select status, title, starts_at, student_email, meet_link from public.tutoring_sessions where id = ${id}`;
        const living = eventsOf(id).filter(({ status }) => status === "confirmed");
        expect(living).toHaveLength(row!.status === "scheduled" ? 1 : 0);
        const [event] = living;
        if (!event) return;
        expect(event).toMatchObject({ summary: row!.title, start: { dateTime: row!.starts_at.toISOString() } });
        expect(event.attendees!.map(({ email }) => email)).toContain(row!.student_email);
        const links = [event.hangoutLink, ...(event.conferenceData?.entryPoints ?? []).map(({ uri }) => uri)];
        expect(links).toContain(row!.meet_link);
      }),
      { numRuns: 25 },
    );
  });

  test("hears of a confirmed appointment of the course platform the same way", async () => {
    const [row] = await testStack.sql`
      insert into public.appointments (title, starts_at, ends_at, email, status)
      values ('Office hour', now() + interval '1 day', now() + interval '1 day 1 hour', 'amina@example.com',
        'confirmed')
      returning id`;
    expect((await run(row!.id)).outcome).toBe("delivered");
    const [appointment] = await testStack.sql`select meet_link from public.appointments where id = ${row!.id}`;
    expect(appointment!.meet_link).toBe(eventsOf(row!.id)[0]!.hangoutLink);
  });
});

const CHANGES = ["move", "cancel", "schedule", "rename", "another student"] as const;
type Change = (typeof CHANGES)[number];
let changes = 0;

function columnsOf(change: Change): Record<string, unknown> {
  const starts = Date.now() + (72 + ++changes) * HOUR;
  switch (change) {
    case "move":
      return { starts_at: new Date(starts), ends_at: new Date(starts + HOUR) };
    case "cancel":
      return { status: "cancelled" };
    case "schedule":
      return { status: "scheduled" };
    case "rename":
      return { title: `Title ${changes}` };
    case "another student":
      return { student_email: `student-${changes}@example.com` };
  }
}

const FAULTS = [
  "500 at once",
  "500 to a change",
  "412",
  "failed conference",
  "pending conference",
  "expired token",
  "revoked token",
  "deleted by a person",
  "forgotten",
] as const;
type Fault = (typeof FAULTS)[number];

function plant(fault: Fault, id: string): void {
  switch (fault) {
    case "500 at once":
      google.refuse({ status: 500, reason: "backendError", at: "POST /calendar/v3", times: 3 });
      break;
    case "500 to a change":
      google.refuse({ status: 500, reason: "backendError", at: "PATCH /calendar/v3" });
      break;
    case "412":
      google.refuse({ status: 412, reason: "conditionNotMet", at: "PATCH /calendar/v3" });
      break;
    case "failed conference":
      google.conferences.push("failure");
      break;
    case "pending conference":
      google.conferences.push("pending");
      break;
    case "expired token":
      google.expireTokens();
      break;
    case "revoked token":
      google.revoke();
      break;
    case "deleted by a person":
      for (const event of eventsOf(id)) event.status = "cancelled";
      break;
    case "forgotten":
      for (const event of eventsOf(id)) google.purge(event.id);
  }
}

/** mulberry32: the same numbers for the same seed. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
