/** The facts of Fathom's meetings, by example and for any input. */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checked, type Fact } from "../../../../functions/_shared/facts/facts.ts";
import { fathom } from "../../../../functions/_shared/providers/fathom/webhook.ts";
import { fathomEvent, fathomTypes } from "../../../../simulator/providers/fathom.ts";
import { cpuTimeOf } from "../../../cpu_time.ts";
import { damaged, json } from "../../arbitraries.ts";

type Meeting = Extract<Fact, { type: "meeting.recorded" }>;

const fixture = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../../fixtures/fathom/${name}.json`, import.meta.url), "utf8"));
const HEADERS = new Headers({ "webhook-id": "msg_1", "webhook-timestamp": "1795168805", "webhook-signature": "v1,x" });

function factOf(meeting: unknown): Meeting {
  const facts = fathom.translate(meeting, fathom.read(meeting, HEADERS));
  expect(checked(facts)).toEqual(facts);
  expect(facts).toHaveLength(1);
  return facts[0] as Meeting;
}

const READY = fixture("new-meeting-content-ready");
const factWith = (change: object) => factOf({ ...READY, ...change });

const EXPECTED: Meeting = {
  type: "meeting.recorded",
  occurred_at: "2026-11-20T10:00:05.000Z",
  provider_ref: "123456789",
  title: "Discovery call - Amina Buyer",
  url: "https://fathom.video/calls/123456789",
  share_url: "https://fathom.video/share/xyz123ExampleShare",
  meeting_url: "https://meet.google.com/abc-defg-hij",
  scheduled_start_at: "2026-11-20T10:00:00.000Z",
  scheduled_end_at: "2026-11-20T10:30:00.000Z",
  started_at: "2026-11-20T10:01:12.000Z",
  ended_at: "2026-11-20T10:31:40.000Z",
  language: "en",
  people: [
    { name: "Rita Host", email: "rita@coach.example.com" },
    { name: "Amina Buyer", email: "amina.buyer@example.com" },
  ],
  summary_markdown: "## Summary\n\n- Amina wants to launch a course in January.\n- Rita proposes a four-week plan.\n",
  action_items: [
    {
      description: "Send the four-week plan to Amina",
      completed: false,
      assignee_name: "Rita Host",
      assignee_email: "rita@coach.example.com",
      at_seconds: 645,
      url: "https://fathom.video/xyz123ExampleShare#t=645",
    },
    {
      description: "Choose a launch date",
      completed: false,
      assignee_name: null,
      assignee_email: null,
      at_seconds: 1082,
      url: "https://fathom.video/xyz123ExampleShare#t=1082",
    },
  ],
  transcript: [
    {
      speaker: "Rita Host",
      email: "rita@coach.example.com",
      text: "Thanks for joining, Amina. What would you like to get out of today?",
      at_seconds: 8,
    },
    {
      speaker: "Amina Buyer",
      email: "amina.buyer@example.com",
      text: "I want to launch my course in January.",
      at_seconds: 15,
    },
    { speaker: "Speaker 3", email: null, text: "Sorry, I joined from the meeting room.", at_seconds: 62 },
  ],
  nobody_spoke: false,
};

describe("translate", () => {
  test("returns all parts of a meeting", () => expect(factOf(READY)).toEqual(EXPECTED));
  test("returns a meeting after a CRM error, which has no transcript", () => {
    expect(factOf(fixture("new-meeting-content-ready.crm-error"))).toEqual({
      ...EXPECTED,
      provider_ref: "123456791",
      url: "https://fathom.video/calls/123456791",
      transcript: null,
      nobody_spoke: null,
    });
  });
  test.each([
    ["new_meeting_content_ready", []],
    ["new_meeting_content_ready.without_transcript", ["transcript", "nobody_spoke"]],
    ["new_meeting_content_ready.without_summary", ["summary_markdown", "action_items"]],
    ["new_meeting_content_ready.crm_error", ["transcript", "nobody_spoke"]],
  ])("returns null for the missing parts of %s: %j", (type, missing) => {
    const fact = factOf(JSON.parse(fathomEvent(type)));
    expect(Object.keys(fact).filter((key) => fact[key as keyof Meeting] === null)).toEqual(missing);
  });
  test.each([undefined, null, []])("returns null for a part that is %j", (empty) => {
    expect(
      factWith({ transcript: empty, action_items: empty, default_summary: empty, calendar_invitees: empty }),
    ).toEqual({
      ...EXPECTED,
      ...{ transcript: null, action_items: null, summary_markdown: null },
      // Only a list says so.
      nobody_spoke: Array.isArray(empty) ? true : null,
      people: [{ name: "Rita Host", email: "rita@coach.example.com" }],
    });
  });
  test("returns null for an empty summary", () => {
    for (const markdown_formatted of [null, ""]) {
      expect(
        factWith({ default_summary: { template_name: "general", markdown_formatted } }).summary_markdown,
      ).toBeNull();
    }
  });
  test("ignores unknown fields", () => {
    expect(
      factWith({ type: "new", default_summary: { ...READY.default_summary, language: "en" }, highlights: [{}] }),
    ).toEqual(EXPECTED);
  });
  test("dates a meeting by its recording when there are no headers", () => {
    const none = fathom.read(READY, new Headers());
    expect(fathom.translate(READY, none)[0]!.occurred_at).toBe("2026-11-20T10:32:11.000Z");
  });
});

describe("translate, for null in a documented field,", () => {
  test("uses the calendar's title, or Untitled meeting", () => {
    expect(factWith({ title: null, meeting_title: "From the calendar" }).title).toBe("From the calendar");
    expect(factWith({ title: "", meeting_title: null }).title).toBe("Untitled meeting");
  });
  test("uses the scheduled start, or the creation time", () => {
    expect(factWith({ recording_start_time: null }).started_at).toBe("2026-11-20T10:00:00.000Z");
    expect(factWith({ recording_start_time: null, scheduled_start_time: null }).started_at).toBe(
      "2026-11-20T10:32:11.000Z",
    );
  });
  test("returns null for all other fields", () => {
    const nulls = [
      "url",
      "share_url",
      "meeting_url",
      "scheduled_start_time",
      "scheduled_end_time",
      "recording_end_time",
      "transcript_language",
      "recorded_by",
    ];
    expect(factWith(Object.fromEntries(nulls.map((name) => [name, null])))).toEqual({
      ...EXPECTED,
      ...{
        url: null,
        share_url: null,
        meeting_url: null,
        scheduled_start_at: null,
        scheduled_end_at: null,
        ended_at: null,
        language: null,
      },
    });
  });
  test("accepts a line without a speaker and an item without an assignee", () => {
    const fact = factWith({
      transcript: [{ speaker: null, text: "Hello", timestamp: null }],
      action_items: [{ description: "Call", assignee: null }],
    });
    expect(fact.transcript).toEqual([{ speaker: null, email: null, text: "Hello", at_seconds: null }]);
    expect(fact.action_items).toEqual([
      { description: "Call", completed: false, assignee_name: null, assignee_email: null, at_seconds: null, url: null },
    ]);
  });
  test("omits a line or an item without text", () => {
    const fact = factWith({ transcript: [{ text: "" }, { text: null }], action_items: [{ description: null }] });
    expect([fact.transcript, fact.action_items]).toEqual([null, null]);
  });
});

describe("people", () => {
  const people = (recorded_by: unknown, calendar_invitees: unknown[]) =>
    factWith({ recorded_by, calendar_invitees }).people;

  test("are listed once per address in any letter case, the recorder first", () => {
    expect(
      people({ name: "Rita", email: "Rita@Coach.example.com " }, [
        { email: "a@b.c" },
        { email: "RITA@coach.example.com" },
        { email: "A@b.c" },
      ]),
    ).toEqual([
      { name: "Rita", email: "rita@coach.example.com" },
      { name: null, email: "a@b.c" },
    ]);
  });
  test("have the first name that is known, also that of the matched speaker", () => {
    expect(
      people({ name: null, email: "r@x.y" }, [
        { name: "Rita", email: "r@x.y" },
        { name: null, matched_speaker_display_name: "Voice", email: "v@x.y" },
      ]),
    ).toEqual([
      { name: "Rita", email: "r@x.y" },
      { name: "Voice", email: "v@x.y" },
    ]);
  });
  test("are listed without an address if they have a name", () => {
    expect(people(null, [{ name: "Room 4", email: null }, { name: null, email: null }, {}])).toEqual([
      { name: "Room 4", email: null },
    ]);
  });
});

describe("a position in the recording", () => {
  test.each([
    ["00:00:00", 0],
    ["01:02:03", 3723],
    ["12:00:00", 43200],
    ["100:00:01", 360_001],
    ["02:03", 123],
    ["75:03", 4503],
    ["0:08", 8],
    ["00:00:08.750", 8],
    ["", null],
    [null, null],
  ])("of %j is %j s", (timestamp, seconds) =>
    expect(factWith({ transcript: [{ text: "x", timestamp }] }).transcript![0]!.at_seconds).toBe(seconds),
  );
});

describe("text", () => {
  test("of any language is unchanged", () => {
    const title = "Réunion à Douala 🎓 \u202eעברית\u202c";
    const fact = factWith({
      title,
      transcript: [{ speaker: { display_name: title }, text: title, timestamp: "00:01" }],
    });
    expect([fact.title, fact.transcript![0]!.speaker, fact.transcript![0]!.text]).toEqual([title, title, title]);
  });
  test("loses the characters that Postgres cannot store", () =>
    expect(factWith({ title: "a\0b\ud800c" }).title).toBe("ab\ufffdc"));
  test("that is too long is cut", () => {
    const long = "é".repeat(300_000);
    const fact = factWith({
      ...{ title: long, meeting_title: long, transcript_language: long, share_url: long },
      default_summary: { markdown_formatted: long },
      action_items: Array.from({ length: 1001 }, () => ({ description: long.slice(0, 11_000) })),
      calendar_invitees: Array.from({ length: 2000 }, (_, i) => ({ email: `${i}@example.com` })),
      transcript: [{ text: long, speaker: { display_name: long } }],
    });
    expect([fact.title.length, fact.summary_markdown!.length, fact.transcript![0]!.text.length]).toEqual([
      500, 200_000, 100_000,
    ]);
    expect([fact.people.length, fact.action_items!.length]).toEqual([1000, 1000]);
  });
  test("of 5 MB is translated in linear time", () => {
    const line = {
      speaker: { display_name: "Rita Host", matched_calendar_invitee_email: null },
      text: "words ".repeat(5),
      timestamp: "01:00:00",
    };
    const body = JSON.stringify({ ...READY, transcript: Array.from({ length: 40_000 }, () => line) });
    expect(body.length).toBeGreaterThan(5_000_000);
    const milliseconds = cpuTimeOf(() => expect(factOf(JSON.parse(body)).transcript).toHaveLength(40_000));
    expect(milliseconds).toBeLessThan(10_000); // About 0.3 s; in quadratic time it would be minutes.
  });
});

describe("an error names the invalid field:", () => {
  const PREFIX = "new_meeting_content_ready: ";
  test.each([
    [{ title: 5 }, "title: expected text, found 5"],
    [{ url: {} }, "url: expected text, found an object"],
    [{ scheduled_end_time: "soon" }, 'scheduled_end_time: expected a time in ISO 8601, found "soon"'],
    [
      { recording_start_time: null, scheduled_start_time: null, created_at: null },
      "recording_start_time: expected a time in ISO 8601 (here or at scheduled_start_time, created_at), found null",
    ],
    [{ transcript: {} }, "transcript: expected a list, found an object"],
    [{ transcript: [{ text: "a" }, { text: 1 }] }, "transcript.1.text: expected text, found 1"],
    [
      { transcript: [{ text: "a", timestamp: "later" }] },
      'transcript.0.timestamp: expected a time like "00:10:45", found "later"',
    ],
    [
      { action_items: [{ description: "a", completed: "no" }] },
      'action_items.0.completed: expected true or false, found "no"',
    ],
    [{ calendar_invitees: [{ email: [] }] }, "calendar_invitees.0.email: expected an e-mail address, found a list"],
    [{ default_summary: { markdown_formatted: 1 } }, "default_summary.markdown_formatted: expected text, found 1"],
  ])("%j", (change, message) => {
    expect(() => fathom.translate({ ...READY, ...change }, fathom.read(READY, HEADERS))).toThrow(
      new Error(PREFIX + message),
    );
  });
});

describe("translate, for any JSON,", () => {
  const samples = fathomTypes.map((type) => JSON.parse(fathomEvent(type)));
  const odd = json("x".repeat(120_000), "00:10", "2026-11-20", { text: "x" });

  test("returns valid facts that Postgres can store, or throws an error that names the field", () => {
    fc.assert(
      fc.property(fc.oneof(odd, damaged(samples, odd)), (meeting) => {
        let facts: Fact[];
        try {
          facts = fathom.translate(meeting, fathom.read(meeting, HEADERS));
        } catch (error) {
          expect((error as Error).message).toMatch(/^(new_meeting_content_ready: )?[a-z_.0-9]+: expected .+, found /s);
          expect((error as Error).message).not.toMatch(/\0|\p{Surrogate}/u);
          return;
        }
        expect(checked(facts)).toEqual(facts);
        expect(JSON.stringify(facts)).not.toMatch(/\\u0000|\\ud[89a-f]/);
      }),
      { numRuns: 3000 },
    );
  });
  test("returns the same facts for the same meeting", () => {
    for (const sample of samples) expect(factOf(sample)).toEqual(factOf(structuredClone(sample)));
  });
});
