/**
 * Webhooks as Fathom would send them: meetings from tests/fixtures/fathom with fresh ids and times, really signed.
 * Signs with node:crypto and not with functions/, so that the two check each other.
 */
import { randomInt, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { loadEnvironment } from "../../local/environment.ts";
import { lettersOf, type Overrides, set } from "../body.ts";
import type { Sender } from "../sender.ts";
import { standardHeaders } from "../standard_webhooks.ts";

const FIXTURES = new URL("../../tests/fixtures/fathom/", import.meta.url);

/** Fathom has one event. What is in it depends on what its webhook was made to include. */
const VARIANTS: Record<string, [fixture: string, set?: Overrides]> = {
  new_meeting_content_ready: ["new-meeting-content-ready"],
  "new_meeting_content_ready.without_transcript": ["new-meeting-content-ready", { transcript: null }],
  "new_meeting_content_ready.without_summary": [
    "new-meeting-content-ready",
    { default_summary: null, action_items: null },
  ],
  "new_meeting_content_ready.crm_error": ["new-meeting-content-ready.crm-error"],
};

export const fathomTypes: readonly string[] = Object.keys(VARIANTS);

/**
 * The body of a new webhook, about a meeting that has just ended. `overrides` sets fields by dotted path:
 * `{ "calendar_invitees.1.email": "…", scheduled_start_time: "…" }`. The same `sale` gives the same recording.
 */
export function fathomEvent(type: string, overrides: Overrides = {}, sale: string = randomUUID()): string {
  const variant = VARIANTS[type];
  if (!variant) throw new Error(`There is no Fathom event "${type}". There are: ${fathomTypes.join(", ")}`);
  const [fixture, fields] = variant;
  const text = readFileSync(new URL(`${fixture}.json`, FIXTURES), "utf8");
  const original = JSON.parse(text);
  for (const path of Object.keys(overrides)) {
    if (!Object.hasOwn(original, path.split(".")[0]!)) {
      throw new Error(`"${path}" is no field of a meeting. There are: ${Object.keys(original).join(", ")}`);
    }
  }

  const recording = overrides.recording_id ?? Number.parseInt(lettersOf(8, sale), 16);
  const age = Date.now() - Date.parse(original.created_at);
  const meeting = JSON.parse(text.replaceAll("xyz123ExampleShare", lettersOf(20, sale)), (_, value) => {
    if (value === original.recording_id) return recording;
    if (typeof value !== "string") return value;
    if (/^\d{4}-\d\d-\d\dT[\d:]+Z$/.test(value)) return new Date(Date.parse(value) + age).toISOString();
    return value.replace(String(original.recording_id), String(recording));
  });
  // Nothing else in a body tells one event from another, and its webhook-id is made from the body.
  meeting.created_at = meeting.created_at.replace("Z", `${String(randomInt(1_000_000)).padStart(6, "0")}Z`);
  for (const [path, value] of Object.entries({ ...fields, ...overrides })) set(meeting, path, value);
  return JSON.stringify(meeting);
}

/** The request headers Fathom would send with this body: always under the same id, as when it is sent again. */
export function fathomHeaders(body: string, secret: string, now = Date.now()): Record<string, string> {
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  return { "content-type": "application/json", ...standardHeaders(`msg_${lettersOf(27, body)}`, body, key, now) };
}

export const fathom: Sender = {
  types: fathomTypes,
  event: fathomEvent,
  headers: (body) => fathomHeaders(body, loadEnvironment().FATHOM_WEBHOOK_SECRET!.split(" ")[0]!),
};
