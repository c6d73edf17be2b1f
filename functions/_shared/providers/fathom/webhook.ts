/**
 * Fathom's webhooks: signature, envelope and translation of the meeting.
 *
 * There is one event, "new meeting content ready". Its body is the meeting itself, without an envelope
 * (developers.fathom.ai/webhooks; fathom-typescript@0.0.37, sdk/models/shared/meeting.ts). A part that the webhook is
 * not configured to include (`include_transcript` and the like) is absent or null.
 */

import { verifyByStandardSecrets } from "../../crypto/standard_webhooks.ts";
import type { Verdict, WebhookRequest } from "../../crypto/verdict.ts";
import type { Fact } from "../../facts/facts.ts";
import { flag, id, isoTime, Json, type Kind, orNull, text, translated, unixTime } from "../../facts/json_reader.ts";
import type { Envelope, WebhookProvider } from "../webhook_provider.ts";

const TYPE = "new_meeting_content_ready";
const SECRET = "FATHOM_WEBHOOK_SECRET";
const WHERE =
  "the webhook's secret (whsec_ and base64), which Fathom shows when the webhook is created: Settings > API access";

type Meeting = Extract<Fact, { type: "meeting.recorded" }>;

export const fathom = {
  name: "fathom",
  keptHeaders: ["webhook-id", "webhook-timestamp", "webhook-signature", "svix-id", "svix-timestamp", "svix-signature"],
  isSigned: (headers: Headers) => headers.has("webhook-signature") || headers.has("svix-signature"),
  eventTypes: () => [TYPE],
  maxBodyBytes: 20_000_000, // The transcript of a full-day workshop has several megabytes.

  verify(incoming: WebhookRequest): Promise<Verdict> {
    return verifyByStandardSecrets(incoming, { secretName: SECRET, where: WHERE, prefixes: ["webhook", "svix"] });
  },

  read(event: unknown, headers: Headers) {
    const meeting = new Json(event);
    const recording = () => meeting.get(recordingId, "recording_id");
    // Only the headers of the verified prefix are signed; an attacker could add the others.
    const prefix = headers.has("svix-signature") && !headers.has("webhook-signature") ? "svix" : "webhook";
    const header = new Json(Object.fromEntries(headers));
    const createdAt = () => meeting.get(isoTime, "created_at");
    return {
      id: header.maybe(id, `${prefix}-id`) ?? `recording:${recording()}:${createdAt()}`,
      type: TYPE,
      // The body has only the time of the recording, not the time when its content became ready.
      occurredAt: header.maybe(signedAt, `${prefix}-timestamp`) ?? orNull(createdAt),
      subject: orNull(recording),
    };
  },

  translate(event: unknown, envelope: Envelope): Fact[] {
    const meeting = new Json(event);
    return translated(TYPE, () => {
      const transcript = meeting.each("transcript").flatMap(transcriptLine);
      return [
        {
          type: "meeting.recorded",
          occurred_at: envelope.occurredAt ?? meeting.get(isoTime, "created_at"),
          provider_ref: meeting.get(recordingId, "recording_id"),
          title: meeting.maybe(text(500), "title", "meeting_title") ?? "Untitled meeting",
          url: meeting.maybe(text(2000), "url"),
          share_url: meeting.maybe(text(2000), "share_url"),
          // Since June 2026 (developers.fathom.ai/changelog). The calendar event's id is not in the body.
          meeting_url: meeting.maybe(text(2000), "meeting_url"),
          scheduled_start_at: meeting.maybe(isoTime, "scheduled_start_time"),
          scheduled_end_at: meeting.maybe(isoTime, "scheduled_end_time"),
          started_at: meeting.get(isoTime, "recording_start_time", "scheduled_start_time", "created_at"),
          ended_at: meeting.maybe(isoTime, "recording_end_time"),
          language: meeting.maybe(text(50), "transcript_language"),
          people: people([meeting.at("recorded_by"), ...meeting.each("calendar_invitees")]),
          summary_markdown: meeting.maybe(text(200_000), "default_summary.markdown_formatted"),
          action_items: nonEmpty(meeting.each("action_items").flatMap(actionItem), 1000),
          transcript: nonEmpty(transcript, 200_000),
          nobody_spoke: Array.isArray((event as { transcript?: unknown }).transcript) ? transcript.length === 0 : null,
        },
      ];
    });
  },
} satisfies WebhookProvider;

/**
 * A whole number; text is accepted too, for the day that ids exceed the integers that JSON parsers represent exactly.
 */
const recordingId: Kind<string> = {
  name: "the id of a recording",
  read: (value) => (Number.isSafeInteger(value) ? String(value) : id.read(value)),
};

/** A header with unix seconds. */
const signedAt: Kind<string> = {
  name: unixTime.name,
  read: (value) => (typeof value === "string" && /^\d{1,12}$/.test(value) ? unixTime.read(Number(value)) : undefined),
};

/** An e-mail address in lower case, since calendars and accounts write the same address in different cases. */
const email: Kind<string> = {
  name: "an e-mail address",
  read: (value) => text(320).read(typeof value === "string" ? value.trim().toLowerCase() : value),
};

/** A position in the recording, "01:02:03" or "62:03", in whole seconds. */
const clock: Kind<number> = {
  name: 'a time like "00:10:45"',
  read: (value) => {
    if (value === "") return null;
    const [, hours = "0", minutes, seconds] =
      (typeof value === "string" && /^(?:(\d{1,3}):)?(\d{1,4}):(\d\d)(?:\.\d+)?$/.exec(value)) || [];
    return minutes === undefined ? undefined : Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  },
};

/**
 * The first `max` members; null if there are none, since an empty list would overwrite the list of an earlier event.
 */
function nonEmpty<T>(list: T[], max: number): T[] | null {
  return list.length > 0 ? list.slice(0, max) : null;
}

/** Each person once. Invitees often have no name; then the name of the speaker that Fathom matched is used. */
function people(entries: Json[]): Meeting["people"] {
  const byEmail = new Map<string, Meeting["people"][number]>();
  const found: Meeting["people"] = [];
  for (const entry of entries) {
    const person = {
      name: entry.maybe(text(500), "name", "matched_speaker_display_name"),
      email: entry.maybe(email, "email"),
    };
    const known = person.email === null ? undefined : byEmail.get(person.email);
    if (known) known.name ??= person.name;
    else if (person.name !== null || person.email !== null) {
      found.push(person);
      if (person.email !== null) byEmail.set(person.email, person);
    }
  }
  return found.slice(0, 1000);
}

function actionItem(item: Json): NonNullable<Meeting["action_items"]> {
  const description = item.maybe(text(10_000), "description");
  if (description === null) return [];
  return [
    {
      description,
      completed: item.maybe(flag, "completed") ?? false,
      assignee_name: item.maybe(text(500), "assignee.name"),
      assignee_email: item.maybe(email, "assignee.email"),
      at_seconds: item.maybe(clock, "recording_timestamp"),
      url: item.maybe(text(2000), "recording_playback_url"),
    },
  ];
}

function transcriptLine(line: Json): NonNullable<Meeting["transcript"]> {
  const spokenText = line.maybe(text(100_000), "text");
  if (spokenText === null) return [];
  return [
    {
      speaker: line.maybe(text(500), "speaker.display_name"),
      email: line.maybe(email, "speaker.matched_calendar_invitee_email"),
      text: spokenText,
      at_seconds: line.maybe(clock, "timestamp"),
    },
  ];
}
