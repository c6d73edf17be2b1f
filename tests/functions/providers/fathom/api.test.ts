/** Fathom's API over HTTP: the client, the history of meetings, and the stand-in. */
import { Fathom } from "fathom-typescript";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ApiError } from "../../../../functions/_shared/http/api_client.ts";
import { readEvent } from "../../../../functions/_shared/inbound/read_event.ts";
import { openFathom } from "../../../../functions/_shared/providers/fathom/api.ts";
import { fathomHistory } from "../../../../functions/_shared/providers/fathom/history.ts";
import { fathom } from "../../../../functions/_shared/providers/fathom/webhook.ts";
import type { ProviderMessage } from "../../../../functions/_shared/providers/provider_history.ts";
import { createFathom } from "../../../../local/providers/fathom.ts";
import { standIn as createStandIn, type StandIn } from "../../../../local/providers/stand_in.ts";
import { fathomEvent } from "../../../../simulator/providers/fathom.ts";
import { type Mounted, mounted } from "../../mounted.ts";
import { timeout } from "../../signals.ts";

const SINCE = new Date("2026-11-01T00:00:00Z");
const UNTIL = new Date("2026-11-21T00:00:00Z");
const READY = "new_meeting_content_ready";

let standIn: StandIn;
let server: Mounted;
let env: Record<string, string>;

beforeEach(async () => {
  standIn = createFathom();
  server = await mounted({ fathom: standIn });
  env = { FATHOM_BASE_URL: server.url, FATHOM_API_KEY: "key" };
});
afterEach(() => server.stop());

/** The body of a meeting that was recorded on this day of November. */
const meetingBody = (recording_id: unknown, day: number, more: object = {}) =>
  fathomEvent(READY, { recording_id, created_at: `2026-11-${String(day).padStart(2, "0")}T10:00:00Z`, ...more });

async function listed(signal = timeout(), since = SINCE): Promise<ProviderMessage[][]> {
  const pages: ProviderMessage[][] = [];
  for await (const page of fathomHistory.listSince((name) => env[name], since, UNTIL, signal)) pages.push(page);
  return pages;
}

/** Reads a message as the reconciler does. */
const readMessage = ({ event, text, headers }: ProviderMessage) =>
  readEvent({ provider: fathom, headers: new Headers(headers), body: text, trust: "confirmed", event });

describe("the history", () => {
  test("lists every meeting of the window once, in pages, newest first", async () => {
    for (let i = 1; i <= 25; i++)
      standIn.put(meetingBody(i, 2, { created_at: new Date(Date.UTC(2026, 10, 2, i)).toISOString() }));
    standIn.put(meetingBody(100, 1, { created_at: SINCE.toISOString() }));
    standIn.put(meetingBody(101, 1, { created_at: UNTIL.toISOString() }));
    const pages = await listed();
    expect(pages.map((page) => page.length)).toEqual([10, 10, 5]);
    expect(pages.flat().map(({ text }) => JSON.parse(text).recording_id)).toEqual(
      Array.from({ length: 25 }, (_, i) => 25 - i),
    );
  });

  test("sends the key, the window, and the flags for all parts of a meeting", async () => {
    await listed();
    const [{ path, headers }] = standIn.asked as [StandIn["asked"][0]];
    expect(headers.get("x-api-key")).toBe("key");
    expect(Object.fromEntries(new URL(path, "http://x").searchParams)).toEqual({
      ...{ created_after: "2026-11-01T00:00:00.000Z", created_before: "2026-11-21T00:00:00.000Z" },
      ...{ include_transcript: "true", include_summary: "true", include_action_items: "true" },
    });
  });

  test("lists a meeting with the facts of its webhook, dated by its recording", async () => {
    const body = meetingBody(7, 20);
    standIn.put(body);
    const [message] = (await listed()).flat();
    const event = await readMessage(message!);
    const webhook = fathom.translate(JSON.parse(body), fathom.read(JSON.parse(body), new Headers()));
    expect(event).toMatchObject({
      type: READY,
      subject: "7",
      occurred_at: "2026-11-20T10:00:00.000Z",
      facts: webhook,
      error: null,
    });
    expect(event.provider_event_id).toMatch(/^confirmed:7:[0-9a-f]{16}$/);
  });

  test("gives an unchanged meeting the same id, and one with more parts another id", async () => {
    const id = async () => (await readMessage((await listed()).flat()[0]!)).provider_event_id;
    standIn.put(meetingBody(7, 20, { transcript: null }));
    const before = await id();
    expect(await id()).toBe(before);
    standIn.put(meetingBody(7, 20));
    expect(await id()).not.toBe(before);
  });

  test("lists invalid meetings too, so that they are stored with the error", async () => {
    standIn.put(meetingBody(7, 20));
    standIn.put(meetingBody({ odd: "💥" }, 19));
    standIn.put(meetingBody(8, 18, { title: 5 }));
    expect((await Promise.all((await listed()).flat().map(readMessage))).map(({ error }) => error)).toEqual([
      null,
      "recording_id: expected the id of a recording, found an object",
      `${READY}: title: expected text, found 5`,
    ]);
  });

  test("requires the key", async () => {
    expect([fathomHistory.requiredEnv, fathomHistory.listKind]).toEqual([["FATHOM_API_KEY"], "objects"]);
    expect(() => openFathom(() => "")).toThrow("FATHOM_API_KEY is not set");
  });
});

describe("on an error, the history", () => {
  async function failure(signal?: AbortSignal): Promise<ApiError> {
    const error = await listed(signal).catch((error) => error);
    expect(error).toBeInstanceOf(ApiError);
    return error;
  }

  test("retries after a brief 429 or 500", async () => {
    standIn.put(meetingBody(7, 20));
    standIn.fail({ kind: "429" });
    standIn.fail({ kind: "500" });
    expect((await listed()).flat()).toHaveLength(1);
    expect(standIn.asked).toHaveLength(3);
  });
  test("reports a long 429 with its Retry-After", async () => {
    standIn.fail({ kind: "429", retryAfter: 60 });
    expect(await failure()).toMatchObject({ code: "rate_limited", temporary: true, details: { retryAfterMs: 60_000 } });
  });
  test("reports a lasting 500 as unavailable", async () => {
    standIn.fail({ kind: "500", times: 3 });
    expect(await failure()).toMatchObject({ code: "unavailable", temporary: true });
  });
  test("stops waiting for a response when its signal aborts", async () => {
    standIn.fail({ kind: "hang" });
    expect((await failure(AbortSignal.timeout(100))).message).toBe("fathom: GET /providers/fathom/meetings: given up");
  });
  test("names what is wrong with a response of another shape", async () => {
    standIn.fail({ kind: "wrong shape", times: 3 });
    expect(await failure()).toMatchObject({
      code: "unexpected_answer",
      message: "fathom: GET /meetings answered, but not with a list of meetings: items: expected a list, found nothing",
    });
  });
  test("reports a response that is not JSON", async () => {
    standIn.fail({ kind: "not json", times: 3 });
    expect(await failure()).toMatchObject({ code: "unexpected_answer" });
  });
  test("detects a list that never ends", async () => {
    await server.stop();
    const endless = createStandIn({ put() {}, answer: () => Response.json({ items: [], next_cursor: "again" }) });
    server = await mounted({ fathom: endless });
    env.FATHOM_BASE_URL = server.url;
    expect((await failure()).message).toBe("fathom: GET /meetings answered the same cursor again");
    expect(endless.asked).toHaveLength(2);
  });
  test("returns the first page when the second fails", async () => {
    for (let i = 1; i <= 11; i++) standIn.put(meetingBody(i, 2));
    const seen: number[] = [];
    await expect(async () => {
      for await (const page of fathomHistory.listSince((name) => env[name], SINCE, UNTIL, timeout())) {
        seen.push(page.length);
        standIn.fail({ kind: "500", times: 3 });
      }
    }).rejects.toThrow("answered 500");
    expect(seen).toEqual([10]);
  });
});

describe("the stand-in", () => {
  test("rejects a request without credentials", async () => {
    expect((await fetch(`${server.url}/meetings`)).status).toBe(401);
    expect((await fetch(`${server.url}/meetings`, { headers: { "x-api-key": "key" } })).status).toBe(200);
  });
  test("works with the official client", async () => {
    for (let i = 1; i <= 11; i++) standIn.put(meetingBody(i, i));
    const client = new Fathom({ security: { apiKeyAuth: "key" }, serverURL: server.url });
    const ids: number[] = [];
    for await (const page of await client.listMeetings({
      createdAfter: "2026-11-02T00:00:00Z",
      includeSummary: true,
    })) {
      for (const { recordingId, defaultSummary, transcript } of page!.result.items) {
        ids.push(recordingId);
        expect([typeof defaultSummary?.markdownFormatted, transcript]).toEqual(["string", undefined]);
      }
    }
    expect(ids).toEqual([11, 10, 9, 8, 7, 6, 5, 4, 3, 2]);
  });
  test("merges the parts of a meeting from several webhooks", async () => {
    standIn.put(meetingBody(7, 20, { transcript: null }));
    standIn.put(meetingBody(7, 20, { default_summary: null }));
    const [message] = (await listed()).flat();
    expect(JSON.parse(message!.text)).toMatchObject({
      transcript: [{}, {}, {}],
      default_summary: { template_name: "general" },
    });
  });
});
