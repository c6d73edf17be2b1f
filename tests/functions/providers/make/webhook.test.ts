/** Webhooks from make.com: the secret, the refusals with their reasons, and the facts of the three accepted types. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { utf8 } from "../../../../functions/_shared/crypto/signature.ts";
import { checked, type Fact } from "../../../../functions/_shared/facts/facts.ts";
import { make } from "../../../../functions/_shared/providers/make/webhook.ts";
import { makeEvent, makeHeaders, makeTypes } from "../../../../simulator/providers/make.ts";
import { damaged, headerText } from "../../arbitraries.ts";

const SECRET = "a-long-random-text";

async function codeOf(headers: Record<string, string>, secret = SECRET): Promise<string> {
  const env = (name: string) => (name === "MAKE_WEBHOOK_SECRET" ? secret : undefined);
  const verdict = await make.verify({ headers: new Headers(headers), body: utf8("{}"), now: 0, env });
  return verdict.authentic ? verdict.trust : `${verdict.refusal.code}${verdict.refusal.retryLater ? ", later" : ""}`;
}

describe("verify", () => {
  test.each<[string, Record<string, string>, string?]>([
    ["signed", makeHeaders(SECRET)],
    ["signed", { authorization: `bearer  ${SECRET} ` }],
    ["signed", { "x-make-secret": SECRET }],
    ["signed", { authorization: "Basic dXNlcjpwYXNz", "x-make-secret": SECRET }],
    ["signed", makeHeaders(SECRET), `another ${SECRET}`],
    ["signed", makeHeaders(SECRET), `${SECRET} another`],
    ["secret_wrong", makeHeaders("guessed")],
    ["secret_missing", makeHeaders(`${SECRET} another`), `${SECRET} another`], // Two words are not a secret.
    ["secret_wrong", makeHeaders(SECRET.slice(0, -1))],
    ["secret_wrong", { authorization: "Bearer guessed", "x-make-secret": SECRET }],
    ["secret_missing", {}],
    ["secret_missing", { authorization: "Bearer ", "x-make-secret": "" }],
    ["secret_missing", { authorization: SECRET }],
    ["secret_not_configured, later", makeHeaders(SECRET), ""],
    ["secret_not_configured, later", makeHeaders(""), " "],
  ])("%s: %j %j", async (code, headers, secret) => expect(await codeOf(headers, secret)).toBe(code));

  test("rejects any other header, and never throws", async () => {
    await fc.assert(
      fc.asyncProperty(headerText, headerText, async (authorization, secret) => {
        expect(await codeOf({ authorization, "x-make-secret": secret })).toMatch(/^secret_(wrong|missing)$/);
      }),
    );
  });

  test("stores no header, since headers contain the secret", () => expect(make.keptHeaders).toEqual([]));
  test("says how to set the secret when it is not set", async () => {
    const verdict = await make.verify({ headers: new Headers(), body: utf8(""), now: 0, env: () => undefined });
    expect(verdict).toMatchObject({
      refusal: {
        detail: expect.stringMatching(
          /MAKE_WEBHOOK_SECRET is not set\..*Until then nothing is accepted from make\.com/,
        ),
      },
    });
  });
});

describe("refuses", () => {
  test.each(makeTypes)("does not refuse %s", (type) => expect(make.refuses(JSON.parse(makeEvent(type)))).toBeNull());

  test.each<[string, RegExp]>([
    ["payment.captured", /not accepted from make\.com: the payment provider's own webhook sends them \(Stripe/],
    ["payment.failed", /payment provider's own webhook/],
    ["refund.created", /payment provider's own webhook/],
    ["dispute.created", /payment provider's own webhook/],
    ["checkout.session.completed", /payment provider's own webhook/],
    ["order.created", /An order is created only by its payment/],
    ["fulfillment.changed", /updated only by admins/],
    ["enrollment.created", /a second source would enrol the person twice/],
    ["product.changed", /functions\/catalog/],
    ["stock.set", /functions\/catalog/],
    ["membership.created", /Whop's own webhook/],
    ["credits.changed", /Whop's own webhook/],
    ["tutoring_session.changed", /Send a change in the calendar as calendar\.changed/],
    ["appointment.created", /Send a change in the calendar as calendar\.changed/],
    ["calendar.deleted", /Send a change in the calendar as calendar\.changed/],
    ["question.answered", /Send a reply by e-mail as reply\.received/],
    ["ticket.changed", /Send a reply by e-mail as reply\.received/],
    ["recap.created", /Fathom's own webhook/],
    ["customer.created", /payment providers' own webhooks/],
    ["weather.changed", /"weather\.changed" is not a type of event that originates outside Signalbox/],
    ["constructor", /"constructor" is not a type of event that originates outside Signalbox/],
    ["Form.submitted", /"Form\.submitted" is not a type of event that originates outside Signalbox/],
    ["form.submitted ", /"form\.submitted " is not a type of event that originates outside Signalbox/],
  ])("refuses %s and names its source", (type, reason) => {
    const refusal = make.refuses({ id: "x", type, data: {} });
    expect(refusal?.code).toBe("not_taken_from_make");
    expect(refusal?.detail).toMatch(reason);
    expect(refusal?.detail).toMatch(/make\.com may send calendar\.changed, reply\.received and form\.submitted\.$/);
  });

  test.each([null, 7, "x", [], {}, { type: "" }, { type: 5 }, { id: "x" }])(
    "refuses %j, which has no type, and says what to send",
    (event) => {
      expect(make.refuses(event)).toMatchObject({
        code: "type_missing",
        detail: expect.stringMatching(/Send \{"id", "type", "occurred_at", "data"\}/),
      });
    },
  );
  test.each([undefined, null, "", 5, {}])("refuses the id %j and says what to send", (id) => {
    expect(make.refuses({ id, type: "form.submitted" })).toMatchObject({
      code: "id_missing",
      detail: expect.stringMatching(/the same when it is sent again/),
    });
  });
});

describe("read", () => {
  test.each(["calendar.changed", "form.submitted"])(
    "two long ids of %s that differ at the end are two events",
    (type) => {
      const [one, other] = ["1", "2"].map((end) => ({ id: "a".repeat(254) + end, type, data: {} }));
      expect([make.refuses(one), make.refuses(other)]).toEqual([null, null]);
      expect(make.read(one).id).not.toBe(make.read(other).id);
    },
  );
});

const factsOf = (event: unknown): Fact[] => checked(make.translate(event, make.read(event)));
const sampleEvent = (type: string, overrides: Record<string, unknown> = {}) =>
  JSON.parse(makeEvent(type, { id: "id_1", occurred_at: "2026-11-20T10:00:00Z", ...overrides }, "one"));
const ID = "0198f000-0000-7000-8000-00000000000A";
const eventOf = (type: string, data: object) => ({ id: "id_1", type, occurred_at: "2026-11-20T10:00:00Z", data });

describe("translate", () => {
  test("returns a calendar change with its times in UTC", () => {
    expect(
      factsOf(sampleEvent("calendar.changed", { "data.calendar_event_id": "cal_1", "data.session_id": ID })),
    ).toEqual([
      {
        type: "calendar.changed",
        occurred_at: "2026-11-20T10:00:00.000Z",
        provider_ref: "cal_1",
        session_id: ID.toLowerCase(),
        appointment_id: null,
        starts_at: "2026-11-27T14:00:00.000Z",
        ends_at: "2026-11-27T15:00:00.000Z",
        status: "confirmed",
        meet_link: "https://meet.google.com/abc-defg-hij",
      },
    ]);
  });
  test("returns null for the parts of a calendar change that are empty", () => {
    const empty = { session_id: "", appointment_id: "", starts_at: "", ends_at: "", meet_link: "" };
    expect(
      factsOf(eventOf("calendar.changed", { calendar_event_id: "cal_1", status: "cancelled", ...empty })),
    ).toMatchObject([
      { status: "cancelled", session_id: null, appointment_id: null, starts_at: null, ends_at: null, meet_link: null },
    ]);
  });
  test("returns a reply by e-mail with the bare address", () => {
    expect(factsOf(sampleEvent("reply.received"))).toEqual([
      {
        type: "reply.received",
        occurred_at: "2026-11-20T10:00:00.000Z",
        provider_ref: "id_1",
        question_id: "0198f000-0000-7000-8000-000000000001",
        ticket_id: null,
        token: "0f3a5c7e9b1d0f3a5c7e9b1d0f3a5c7e9b1d0f3a",
        authenticated: true,
        from: "tutor@example.com",
        body: "Divide both sides by two.\n\nRegards",
      },
    ]);
  });
  test("returns any text of a reply, without characters that Postgres cannot store", () => {
    const body = " Ça va ? 🎓 عربى \u0000 \ud800 ‮ <b>&amp;</b> {{1.y}} '; drop table ";
    const [reply] = factsOf(eventOf("reply.received", { ticket_id: ID, from: "a@b.c", body: `${body}\r\n` }));
    expect(reply).toMatchObject({
      ticket_id: ID.toLowerCase(),
      body: "Ça va ? 🎓 عربى  \uFFFD ‮ <b>&amp;</b> {{1.y}} '; drop table",
    });
  });
  test("returns a form with any fields", () => {
    expect(
      factsOf(
        sampleEvent("form.submitted", { "data.fields": { "a\u0000b": ["\ud800", 1, null, { deep: true }], "": "x" } }),
      ),
    ).toEqual([
      {
        type: "form.submitted",
        occurred_at: "2026-11-20T10:00:00.000Z",
        provider_ref: "id_1",
        form: "Waiting list",
        email: "amina@example.com",
        name: "Amina Diallo",
        fields: { ab: ["\uFFFD", 1, null, { deep: true }], "": "x" },
      },
    ]);
  });
  test("accepts a form without a time", () => {
    expect(factsOf({ ...eventOf("form.submitted", { form: "Waiting list" }), occurred_at: undefined })).toMatchObject([
      { occurred_at: null, email: null, name: null, fields: {} },
    ]);
  });

  const deep = JSON.parse(`${'{"a":'.repeat(11)}1${"}".repeat(11)}`);
  test.each<[RegExp, object]>([
    [
      /^calendar\.changed: occurred_at: expected a time in ISO 8601, found nothing/,
      { ...eventOf("calendar.changed", { calendar_event_id: "c" }), occurred_at: undefined },
    ],
    [/data\.calendar_event_id: expected an id/, eventOf("calendar.changed", {})],
    [
      /data\.ends_at: expected a time after starts_at, found nothing/,
      eventOf("calendar.changed", { calendar_event_id: "c", starts_at: "2026-11-27T15:00:00Z" }),
    ],
    [
      /data\.starts_at: expected a time/,
      eventOf("calendar.changed", { calendar_event_id: "c", ends_at: "2026-11-27T15:00:00Z" }),
    ],
    [
      /data\.ends_at: expected a time after/,
      eventOf("calendar.changed", {
        calendar_event_id: "c",
        starts_at: "2026-11-27T15:00Z",
        ends_at: "2026-11-27T16:00+01:00",
      }),
    ],
    [
      /data\.status: expected one of confirmed, cancelled, found "tentative"/,
      eventOf("calendar.changed", { calendar_event_id: "c", status: "tentative" }),
    ],
    [
      /data\.meet_link: expected a URL that begins with https:\/\//,
      eventOf("calendar.changed", { calendar_event_id: "c", meet_link: "javascript:alert(1)" }),
    ],
    [
      /data\.session_id: expected a uuid, found "17"/,
      eventOf("calendar.changed", { calendar_event_id: "c", session_id: "17" }),
    ],
    [
      /either session_id or appointment_id/,
      eventOf("calendar.changed", { calendar_event_id: "c", session_id: ID, appointment_id: ID }),
    ],
    [
      /data\.question_id: expected either question_id or ticket_id/,
      eventOf("reply.received", { from: "a@b.c", body: "x" }),
    ],
    [
      /data\.question_id: expected either question_id or ticket_id/,
      eventOf("reply.received", { question_id: ID, ticket_id: ID, from: "a@b.c", body: "x" }),
    ],
    [
      /data\.from: expected an e-mail address, found "somebody"/,
      eventOf("reply.received", { ticket_id: ID, from: "somebody", body: "x" }),
    ],
    [
      /data\.body: expected text, found " \\n "/,
      eventOf("reply.received", { ticket_id: ID, from: "a@b.c", body: " \n " }),
    ],
    [/data\.form: expected text, found nothing/, eventOf("form.submitted", {})],
    [
      /data\.fields: expected an object of at most 64 KiB and 10 levels, found a list/,
      eventOf("form.submitted", { form: "x", fields: [] }),
    ],
    [
      /data\.fields: expected an object/,
      eventOf("form.submitted", { form: "x", fields: { long: "é".repeat(40_000) } }),
    ],
    [/data\.fields: expected an object/, eventOf("form.submitted", { form: "x", fields: deep })],
    [/data: expected an object, found "x"/, { ...eventOf("form.submitted", {}), data: "x" }],
  ])("throws an error that names the invalid field: %s", (message, event) =>
    expect(() => factsOf(event)).toThrow(message),
  );

  test("refuses, throws or returns facts of the three types, for any damaged event", () => {
    fc.assert(
      fc.property(damaged(makeTypes.map((type) => JSON.parse(makeEvent(type)))), (event) => {
        if (make.refuses(event)) return;
        try {
          const facts = factsOf(event);
          for (const { type } of facts) expect(makeTypes).toContain(type);
          expect(JSON.stringify(facts)).not.toMatch(/\\u0000|\\ud[89a-f]/i);
        } catch (error) {
          expect((error as Error).message).toMatch(/: expected .*, found/);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe("an e-mail is authenticated", () => {
  const authenticated = (authentication: unknown) => {
    const body = JSON.parse(makeEvent("reply.received", { "data.authentication": authentication }));
    return (make.translate(body, make.read(body))[0] as { authenticated: boolean }).authenticated;
  };
  test.each(["pass", "mx.example.com; dkim=pass header.d=example.com", "mx; spf=fail; dmarc=pass (p=reject)"])(
    "by %j",
    (verdict) => expect(authenticated(verdict)).toBe(true),
  );
  test.each([undefined, "", "fail", "mx; spf=pass smtp.mailfrom=example.com", "mx; dkim=none; dmarc=fail", "bypass"])(
    "not by %j",
    (verdict) => expect(authenticated(verdict)).toBe(false),
  );
});

test("an id counts within its type: a form and a reply of one id are two events", () => {
  const ids = makeTypes.map((type) => make.read({ ...JSON.parse(makeEvent(type)), id: "same" }).id);
  expect(new Set(ids).size).toBe(makeTypes.length);
});
