/** What make.com may tell us, by functions/make: three things, and nothing else. */
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { webhookHandler } from "../../../functions/_shared/inbound/webhook_handler.ts";
import { openAfterWebhook } from "../../../functions/_shared/outbound/after_webhook.ts";
import { make } from "../../../functions/_shared/providers/make/webhook.ts";
import { send } from "../../../scripts/send.ts";
import { makeEvent, makeHeaders } from "../../../simulator/providers/make.ts";
import { startTestStack, type TestStack, testRuntime, until } from "../test_stack.ts";

const SECRET = "a-long-random-text";
let testStack: TestStack;
beforeAll(async () => {
  testStack = await startTestStack({ env: { MAKE_WEBHOOK_SECRET: `${SECRET} the-next-one` } });
});
afterAll(() => testStack?.stop());

async function tell(event: string | object, headers = makeHeaders(SECRET)): Promise<[number, Record<string, unknown>]> {
  const body = typeof event === "string" ? event : JSON.stringify(event);
  const response = await fetch(`${testStack.stack.functionsUrl}/make`, { method: "POST", body, headers });
  return [response.status, (await response.json()) as Record<string, unknown>];
}

const stored = async (id: string) =>
  (
    await testStack.sql`select status, error, headers, trust from inbox.events where provider = 'make'
      and provider_event_id like ${`%/${id}`}`
  )[0];

async function aSession(): Promise<string> {
  const [row] = await testStack.sql`
    insert into public.tutoring_sessions (title, starts_at, ends_at, tutor_email, student_email)
    values ('Maths', '2026-11-25 14:00Z', '2026-11-25 15:00Z', ${`tutor-${crypto.randomUUID()}@example.com`},
      'student@example.com') returning id`;
  return row!.id;
}
async function aQuestion(): Promise<string> {
  const [row] = await testStack.sql`
    insert into public.student_questions (email, subject, question) values ('student@example.com', 'x', 'How?')
      returning id`;
  return row!.id;
}
async function aTicket(): Promise<string> {
  const [row] = await testStack.sql`
    insert into public.support_tickets (email, subject, body) values ('student@example.com', 'x', 'Help!')
      returning id`;
  return row!.id;
}

describe("a change in the calendar", () => {
  test("moves the session, once, and make.com hears of it as of any other change", async () => {
    const session = await aSession();
    const body = makeEvent("calendar.changed", {
      "data.session_id": session,
      "data.starts_at": "2026-11-27T15:00:00+01:00",
    });
    expect(await tell(body)).toMatchObject([200, { status: "applied", duplicate: false }]);
    expect(await tell(body)).toMatchObject([200, { status: "applied", duplicate: true }]);
    const [row] = await testStack.sql`
        select starts_at, ends_at, meet_link, status from public.tutoring_sessions where id = ${session}`;
    expect(row).toMatchObject({
      starts_at: new Date("2026-11-27T14:00:00Z"),
      ends_at: new Date("2026-11-27T15:00:00Z"),
      meet_link: "https://meet.google.com/abc-defg-hij",
      status: "scheduled",
    });
    const isTold = (one: { path: string; type: string; body: string }) =>
      one.path === "/make" && one.type === "tutoring_session.changed" && one.body.includes(session);
    await until("make.com to hear of it", () => testStack.receiver.received.find(isTold));
    const told = async () =>
      (
        await testStack.sql`select 1 from outbox.messages where record_key = ${`tutoring_sessions/${session}`}
          and type = 'tutoring_session.changed'`
      ).length;
    const before = await told();
    await tell(JSON.stringify({ ...JSON.parse(body), id: crypto.randomUUID() }));
    expect(await told()).toBe(before);
  });

  test("the newest wins, in whatever order they come", async () => {
    const session = await aSession();
    const at = (minute: number, set: object) =>
      tell(
        makeEvent("calendar.changed", {
          "data.session_id": session,
          occurred_at: `2026-11-20T10:0${minute}:00Z`,
          ...set,
        }),
      );
    await at(5, { "data.status": "cancelled" });
    await at(3, { "data.starts_at": "2026-11-26T15:00:00Z", "data.ends_at": "2026-11-26T16:00:00Z" });
    await at(4, {});
    const [row] = await testStack.sql`select status, starts_at from public.tutoring_sessions where id = ${session}`;
    expect(row).toMatchObject({ status: "cancelled", starts_at: new Date("2026-11-27T14:00:00Z") });
  });

  test("finds an appointment by the calendar's id, and leaves alone what is nobody's here", async () => {
    const calendar = crypto.randomUUID();
    const [appointment] = await testStack.sql`
      insert into public.appointments (title, email, starts_at, ends_at, calendar_event_id)
      values ('Talk', 'student@example.com', '2026-11-25 14:00Z', '2026-11-25 15:00Z', ${calendar}) returning id`;
    expect(await tell(makeEvent("calendar.changed", { "data.calendar_event_id": calendar }))).toMatchObject([
      200,
      { status: "applied" },
    ]);
    const [row] = await testStack.sql`select status, starts_at from public.appointments where id = ${appointment!.id}`;
    expect(row).toMatchObject({ status: "confirmed", starts_at: new Date("2026-11-27T14:00:00Z") });
    expect(await tell(makeEvent("calendar.changed"))).toMatchObject([200, { status: "applied" }]);
  });
});

/** What a reply must carry to be believed: the mail server's verdict, and the token of our e-mail. */
async function proof(audience: string, about: string): Promise<Record<string, string>> {
  const [row] = await testStack.sql`select learning.reply_token(${audience}, ${about}) as token`;
  return { "data.reply_token": row!.token, "data.authentication": "mx.example.com; dkim=pass header.d=example.com" };
}

describe("an e-mailed reply", () => {
  test.each([
    "Ça va ? 🎓 عربى 中文 ‮abc",
    "Quotes \" and \\ and </script> and '; drop table x; --",
    "> On Friday\r\n> you wrote\r\n\r\n\tYes.",
    "a\u200bb\u00a0c\u2028d",
  ])("answers the question, as it was written: %j", async (body) => {
    const question = await aQuestion();
    const event = makeEvent("reply.received", {
      ...(await proof("staff", question)),
      "data.question_id": question,
      "data.body": body,
    });
    expect(await tell(event)).toMatchObject([200, { status: "applied" }]);
    const [row] =
      await testStack.sql`select answer, answer_source from public.student_questions where id = ${question}`;
    expect(row).toEqual({ answer: body.trim(), answer_source: "email" });
  });

  test("with what Postgres cannot store is taken all the same", async () => {
    const question = await aQuestion();
    const body = "nul:\0 half:\ud800 ok";
    const proven = await proof("staff", question);
    await tell(makeEvent("reply.received", { ...proven, "data.question_id": question, "data.body": body }));
    const [row] = await testStack.sql`select answer from public.student_questions where id = ${question}`;
    expect(row!.answer).toBe("nul: half:\uFFFD ok");
  });

  test("to a ticket is there once, however often and under whatever event it is told", async () => {
    const ticket = await aTicket();
    const event = makeEvent("reply.received", {
      ...(await proof("customer", ticket)),
      "data.ticket_id": ticket,
      "data.question_id": null,
    });
    const answers = await Promise.all(Array.from({ length: 10 }, () => tell(event)));
    expect(answers.map(([status]) => status)).toEqual(Array(10).fill(200));
    const rows = await testStack.sql`
        select author_email, from_staff, source, body from public.ticket_replies where ticket_id = ${ticket}`;
    expect([...rows]).toEqual([
      {
        author_email: "tutor@example.com",
        from_staff: false,
        source: "email",
        body: "Divide both sides by two.\n\nRegards",
      },
    ]);
  });

  test("to a question that is not here is kept as failed, and said", async () => {
    const event = makeEvent("reply.received");
    expect(await tell(event)).toMatchObject([
      200,
      { status: "failed", error: expect.stringContaining("there is no question 0198f000") },
    ]);
    expect(await stored(JSON.parse(event).id)).toMatchObject({ status: "failed" });
  });
});

test("ids of different types do not meet: a form's id does not swallow a reply", async () => {
  const question = await aQuestion();
  const id = `shared-${crypto.randomUUID()}`;
  expect(await tell(makeEvent("form.submitted", { id }))).toMatchObject([200, { status: "applied", duplicate: false }]);
  const reply = makeEvent("reply.received", { ...(await proof("staff", question)), id, "data.question_id": question });
  expect(await tell(reply)).toMatchObject([200, { status: "applied", duplicate: false }]);
});

test("a form that was filled in is a row, once", async () => {
  const event = makeEvent("form.submitted", { "data.fields": { "Niveau d'études 🎓": "B1", days: ["Mo", "We"] } });
  for (const duplicate of [false, true])
    expect(await tell(event)).toMatchObject([200, { status: "applied", duplicate }]);
  const rows = await testStack.sql`
      select form, email, name, fields from public.form_submissions where provider_ref = ${JSON.parse(event).id}`;
  expect([...rows]).toEqual([
    {
      form: "Waiting list",
      email: "amina@example.com",
      name: "Amina Diallo",
      fields: { "Niveau d'études 🎓": "B1", days: ["Mo", "We"] },
    },
  ]);
});

test("an odd field is kept as failed, and named in the answer", async () => {
  const event = makeEvent("calendar.changed", { "data.starts_at": "next Friday" });
  expect(await tell(event)).toMatchObject([
    200,
    { status: "failed", error: expect.stringContaining("data.starts_at: expected a time in ISO 8601") },
  ]);
});

describe("everything else is refused with a reason", () => {
  test.each([
    ["payment.captured", /payment provider's own webhook/],
    ["enrollment.created", /enrol the person twice/],
    ["order.created", /only by its payment/],
    ["something.else", /not a type of event that originates outside Signalbox/],
  ])("%s", async (type, why) => {
    const id = crypto.randomUUID();
    const [status, answer] = await tell({ id, type, data: { amount_minor: 4900 } });
    expect([status, answer.error]).toEqual([422, "not_taken_from_make"]);
    expect(answer.message).toMatch(why);
    expect(await stored(id)).toBeUndefined();
    await until("it to be counted", async () => {
      const [row] =
        await testStack.sql`select 1 from inbox.rejections where provider = 'make' and reason = 'not_taken_from_make'`;
      return row;
    });
  });

  test.each<[string, object, string]>([
    ["without an id", { type: "form.submitted", data: { form: "x" } }, "id_missing"],
    ["without a type", { id: "x", data: { form: "x" } }, "type_missing"],
  ])("%s it is told what to send", async (_, event, code) => {
    expect(await tell(event)).toMatchObject([422, { error: code, message: expect.stringContaining("Send ") }]);
  });
});

describe("who does not know the secret", () => {
  const event = makeEvent("form.submitted");
  test.each<[string, Record<string, string>, string]>([
    ["a wrong one", makeHeaders("guessed"), "secret_wrong"],
    ["none", {}, "secret_missing"],
  ])("is turned away: %s", async (_, headers, code) => {
    const [status, answer] = await tell(event, headers);
    expect([status, answer.error]).toEqual([401, code]);
    expect(JSON.stringify(answer)).not.toContain(SECRET);
    expect(await stored(JSON.parse(event).id)).toBeUndefined();
  });

  test("either of two is taken, in either header, and none is kept with the event", async () => {
    const other = makeEvent("form.submitted");
    expect(await tell(other, { "x-make-secret": "the-next-one" })).toMatchObject([200, { status: "applied" }]);
    expect(await tell(event)).toMatchObject([200, { status: "applied" }]);
    for (const one of [event, other]) {
      const kept = await stored(JSON.parse(one).id);
      expect(kept!.trust).toBe("signed");
      expect(JSON.stringify(kept!.headers)).not.toMatch(/the-next-one|a-long-random-text/);
    }
  });

  test("a body that is no JSON is told so, once the secret is right", async () => {
    expect(await tell('{"id": "x", "body": "a "quote""}')).toMatchObject([400, { error: "body_not_json" }]);
    expect(await tell("{", makeHeaders("guessed"))).toMatchObject([401, {}]);
  });

  test("nobody is let in while MAKE_WEBHOOK_SECRET is not set, and it says how to set it", async () => {
    const runtime = testRuntime(testStack);
    const off = webhookHandler(make, openAfterWebhook, { ...runtime, env: () => "" });
    const response = await off(
      new Request("http://localhost/make", { method: "POST", body: event, headers: makeHeaders(SECRET) }),
    );
    expect([response.status, await response.json()]).toMatchObject([
      503,
      { error: "secret_not_configured", message: expect.stringContaining("MAKE_WEBHOOK_SECRET is not set") },
    ]);
    await Promise.all(runtime.deferred);
    await runtime.database.close();
  });
});

test("npm run send -- make sends to it what it takes", async () => {
  vi.stubEnv("SIGNALBOX_URL", testStack.stack.functionsUrl);
  vi.stubEnv("MAKE_WEBHOOK_SECRET", SECRET);
  const printed = vi.spyOn(console, "log").mockImplementation(() => {});
  try {
    expect(await send(["make", "calendar.changed", "form.submitted"])).toBe(0);
    expect(printed.mock.calls.flat().filter((line) => line.includes('"status":"applied"'))).toHaveLength(2);
  } finally {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  }
});
