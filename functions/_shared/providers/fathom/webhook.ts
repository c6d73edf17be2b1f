/**
 * Fathom's webhooks: the signature, the envelope, and the meeting that each is about.
 *
 * There is one event, "new meeting content ready", and its body is the meeting itself, without an envelope
 * (developers.fathom.ai/webhooks; fathom-typescript@0.0.37, sdk/models/shared/meeting.ts). A part that the webhook was
 * not made to include (`include_transcript` and the like) is absent or null.
 */

import { verifyByStandardSecrets } from "../../crypto/standard_webhooks.ts";
import type { Verdict, WebhookRequest } from "../../crypto/verdict.ts";
import type { Fact } from "../../facts/facts.ts";
import { flag, id, isoTime, Json, type Kind, text, translated, unixTime } from "../../facts/json_reader.ts";
import type { Envelope, WebhookProvider } from "../webhook_provider.ts";

const TYPE = "new_meeting_content_ready";
const SECRET = "FATHOM_WEBHOOK_SECRET";
const WHERE =
  "the webhook's secret (whsec_ and base64) that Fathom shows when the webhook is made: Settings > API access";

type Meeting = Extract<Fact, { type: "meeting.recorded" }>;

export const fathom = {
  name: "fathom",
  keptHeaders: ["webhook-id", "webhook-timestamp", "webhook-signature", "svix-id", "svix-timestamp", "svix-signature"],
  maxBodyBytes: 20_000_000, // a day's workshop has a transcript of several megabytes

  verify(incoming: WebhookRequest): Promise<Verdict> {
    return verifyByStandardSecrets(incoming, { secretName: SECRET, where: WHERE, prefixes: ["webhook", "svix"] });
  },

  read(event: unknown, headers: Headers) {
    const meeting = new Json(event);
    const subject = meeting.get(recordingId, "recording_id");
    // Only the names that were signed count: the others could be anybody's.
    const signedBy = headers.has("svix-signature") && !headers.has("webhook-signature") ? "svix" : "webhook";
    const header = new Json(Object.fromEntries(headers));
    const createdAt = () => meeting.get(isoTime, "created_at");
    return {
      id: header.maybe(id, `${signedBy}-id`) ?? `recording:${subject}:${createdAt()}`,
      type: TYPE,
      // The body tells only when it was recorded, not when its content became ready.
      occurredAt: header.maybe(signedAt, `${signedBy}-timestamp`) ?? createdAt(),
      subject,
    };
  },

  translate(event: unknown, envelope: Envelope): Fact[] {
    const o = new Json(event);
    return translated(TYPE, () => [
      {
        type: "meeting.recorded",
        occurred_at: envelope.occurredAt ?? o.get(isoTime, "created_at"),
        provider_ref: o.get(recordingId, "recording_id"),
        title: o.maybe(text(500), "title", "meeting_title") ?? "Untitled meeting",
        url: o.maybe(text(2000), "url"),
        share_url: o.maybe(text(2000), "share_url"),
        scheduled_start_at: o.maybe(isoTime, "scheduled_start_time"),
        scheduled_end_at: o.maybe(isoTime, "scheduled_end_time"),
        started_at: o.get(isoTime, "recording_start_time", "scheduled_start_time", "created_at"),
        ended_at: o.maybe(isoTime, "recording_end_time"),
        language: o.maybe(text(50), "transcript_language"),
        people: people([o.at("recorded_by"), ...o.each("calendar_invitees")]),
        summary_markdown: o.maybe(text(200_000), "default_summary.markdown_formatted"),
        action_items: some(o.each("action_items").flatMap(actionItem), 1000),
        transcript: some(o.each("transcript").flatMap(spoken), 200_000),
      },
    ]);
  },
} satisfies WebhookProvider;

/** Given as a whole number; as text, should the numbers once outgrow what JSON readers hold. */
const recordingId: Kind<string> = {
  name: "the id of a recording",
  read: (value) => (Number.isSafeInteger(value) ? String(value) : id.read(value)),
};

/** A header of unix seconds. */
const signedAt: Kind<string> = {
  name: unixTime.name,
  read: (value) => (typeof value === "string" && /^\d{1,12}$/.test(value) ? unixTime.read(Number(value)) : undefined),
};

/** In lower case: calendars and accounts write the same address differently. */
const email: Kind<string> = {
  name: "an e-mail address",
  read: (value) => text(320).read(typeof value === "string" ? value.trim().toLowerCase() : value),
};

/** "01:02:03" or "62:03" into the recording, in whole seconds. */
const clock: Kind<number> = {
  name: 'a time like "00:10:45"',
  read: (value) => {
    if (value === "") return null;
    const [, hours = "0", minutes, seconds] =
      (typeof value === "string" && /^(?:(\d{1,3}):)?(\d{1,4}):(\d\d)(?:\.\d+)?$/.exec(value)) || [];
    return minutes === undefined ? undefined : Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  },
};

/** A part of which nothing came says nothing: an empty list could undo what an earlier event brought. */
function some<T>(list: T[], most: number): T[] | null {
  return list.length > 0 ? list.slice(0, most) : null;
}

/** Everybody once. Invitees often have no name, but the voice that Fathom took for theirs has. */
function people(all: Json[]): Meeting["people"] {
  const byEmail = new Map<string, Meeting["people"][number]>();
  const found: Meeting["people"] = [];
  for (const one of all) {
    const person = {
      name: one.maybe(text(500), "name", "matched_speaker_display_name"),
      email: one.maybe(email, "email"),
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

function actionItem(o: Json): NonNullable<Meeting["action_items"]> {
  const description = o.maybe(text(10_000), "description");
  if (description === null) return [];
  return [
    {
      description,
      completed: o.maybe(flag, "completed") ?? false,
      assignee_name: o.maybe(text(500), "assignee.name"),
      assignee_email: o.maybe(email, "assignee.email"),
      at_seconds: o.maybe(clock, "recording_timestamp"),
      url: o.maybe(text(2000), "recording_playback_url"),
    },
  ];
}

function spoken(o: Json): NonNullable<Meeting["transcript"]> {
  const words = o.maybe(text(100_000), "text");
  if (words === null) return [];
  return [
    {
      speaker: o.maybe(text(500), "speaker.display_name"),
      email: o.maybe(email, "speaker.matched_calendar_invitee_email"),
      text: words,
      at_seconds: o.maybe(clock, "timestamp"),
    },
  ];
}
