/**
 * The calls of Google's Calendar API (v3) and Meet API (v2) that we need. Shapes: @googleapis/calendar@16.0.0;
 * developers.google.com/workspace/calendar/api, developers.google.com/workspace/meet/api.
 */
import { isoTime, Json, link, text } from "../../facts/json_reader.ts";
import { type ApiCall, ApiError, baseOf, openApi } from "../../http/api_client.ts";
import type { Environment } from "../../platform/environment.ts";
import { rateLimit } from "./rate_limit.ts";
import { type AccessToken, CALENDAR_SCOPE, credentialsFrom, fetchToken, MEET_SCOPE, TOKEN_URL } from "./token.ts";

const CALENDAR = "https://www.googleapis.com/calendar/v3";
const MEET = "https://meet.googleapis.com/v2";

/** The member of extendedProperties.private that says which of our rows an event is about. */
export const OUR_ID = "signalbox_id";
/** The one that says whom we invited, as addresses with commas between them: others were added by hand. */
export const OUR_GUESTS = "signalbox_guests";

export interface Attendee {
  email: string;
  responseStatus?: string;
}

/** An event of the calendar, as far as we need it. */
export interface CalendarEvent {
  id: string;
  etag: string;
  /** cancelled: it was deleted; its id stays used up. */
  status: string;
  /** When it was last changed, by Google's clock: ISO 8601 in UTC. */
  updated: string;
  summary: string | null;
  /** ISO 8601 in UTC. */
  startsAt: string | null;
  endsAt: string | null;
  timeZone: string | null;
  attendees: Attendee[];
  /** extendedProperties.private. */
  ours: Record<string, string>;
  /** The address of its video conference; null: none (yet). */
  link: string | null;
  /** The latest request for a conference; null: there was none. */
  conference: { requestId: string; status: string } | null;
}

export interface GoogleCalendar {
  /** @throws ApiError 409 when the id exists, also of a deleted event. */
  insertEvent(event: object, signal?: AbortSignal): Promise<CalendarEvent>;
  getEvent(eventId: string, signal?: AbortSignal): Promise<CalendarEvent>;
  /** Changes the members of `event` alone. @throws ApiError 412 when it is not the `etag` version any more. */
  patchEvent(eventId: string, etag: string, event: object, signal?: AbortSignal): Promise<CalendarEvent>;
  deleteEvent(eventId: string, signal?: AbortSignal): Promise<void>;
  /** Makes a Meet space, whoever has whose link may ask to join; it invites nobody. Returns the link. */
  createSpace(signal?: AbortSignal): Promise<string>;
}

/** At most 5 requests a second to Google, of this worker; outbox.destinations limits them all. */
const turn = rateLimit(5);

/** Access tokens of this worker, by credentials and scope. */
const tokens = new Map<string, AccessToken>();

/**
 * `onConsent` hears, with each new token, when Google ends the consent by itself (ms), or null.
 * @throws ApiError from every call that fails: see errors.ts. Here, when no credentials are set.
 */
export function openGoogle(
  env: Environment,
  onConsent: (endsAt: number | null) => Promise<void> = async () => {},
): GoogleCalendar {
  const credentials = credentialsFrom(env);
  const tokenUrl = env("GOOGLE_TOKEN_URL") || TOKEN_URL;
  const calendar = encodeURIComponent(env("GOOGLE_CALENDAR_ID") || "primary");

  async function token(scope: string): Promise<string> {
    const name = JSON.stringify([tokenUrl, credentials, scope]);
    const known = tokens.get(name);
    if (known && Date.now() < known.until) return known.value;
    const fresh = await fetchToken(tokenUrl, credentials, scope);
    if (tokens.size >= 20) tokens.clear();
    tokens.set(name, fresh);
    await onConsent(fresh.consentEndsAt);
    return fresh.value;
  }

  /** Google's way to say that a token is good no more is 401: then another is asked for, once. */
  function client(variable: string, live: string, scope: string) {
    const api = openApi({
      name: "google",
      base: baseOf(env, variable, live),
      headers: async (signal) => {
        const authorization = `Bearer ${await token(scope)}`;
        await turn(signal);
        return { authorization };
      },
    });
    return async (method: "get" | "post" | "patch" | "delete", path: string, call: ApiCall) => {
      try {
        return await api[method](path, call);
      } catch (error) {
        if (!(error instanceof ApiError) || error.details.status !== 401) throw error;
        tokens.delete(JSON.stringify([tokenUrl, credentials, scope]));
        return await api[method](path, call);
      }
    };
  }

  const events = client("GOOGLE_BASE_URL", CALENDAR, CALENDAR_SCOPE);
  // Its own token: a service account may be allowed the calendar alone.
  const spaces = client("GOOGLE_MEET_BASE_URL", MEET, MEET_SCOPE);
  const place = `/calendars/${calendar}/events`;
  // Without conferenceDataVersion=1 the conference is ignored in silence. The guests hear of each change.
  const query = { conferenceDataVersion: 1, sendUpdates: "all" };

  return {
    async insertEvent(body, signal) {
      // The body has its id: a second request is answered 409.
      return eventIn("events.insert", (await events("post", place, { query, body, idempotent: true, signal })).json);
    },
    async getEvent(eventId, signal) {
      return eventIn("events.get", (await events("get", `${place}/${eventId}`, { signal })).json);
    },
    async patchEvent(eventId, etag, body, signal) {
      const call = { query, body, headers: { "if-match": etag }, signal };
      return eventIn("events.patch", (await events("patch", `${place}/${eventId}`, call)).json);
    },
    async deleteEvent(eventId, signal) {
      await events("delete", `${place}/${eventId}`, { query: { sendUpdates: "all" }, idempotent: true, signal });
    },
    async createSpace(signal) {
      const { json } = await spaces("post", "/spaces", { body: {}, signal });
      return shaped("spaces.create", () => new Json(json).get(link(2000), "meetingUri"));
    },
  };
}

function eventIn(what: string, json: unknown): CalendarEvent {
  return shaped(what, () => {
    const event = new Json(json);
    const video = event.each("conferenceData.entryPoints").find((one) => one.at("entryPointType").value === "video");
    const requestId = event.maybe(text(1000), "conferenceData.createRequest.requestId");
    return {
      id: event.get(text(1024), "id"),
      etag: event.get(text(1000), "etag"),
      status: event.get(text(100), "status"),
      updated: event.get(isoTime, "updated"),
      summary: event.maybe(text(5000), "summary"),
      startsAt: event.maybe(isoTime, "start.dateTime"),
      endsAt: event.maybe(isoTime, "end.dateTime"),
      timeZone: event.maybe(text(100), "start.timeZone"),
      attendees: event.each("attendees").flatMap((one) => {
        const email = one.maybe(text(1000), "email");
        return email === null ? [] : [{ ...(one.value as Attendee), email: email.toLowerCase() }];
      }),
      ours: Object.fromEntries(
        Object.entries(event.at("extendedProperties.private").value ?? {}).filter(
          ([, value]) => typeof value === "string",
        ),
      ),
      link: event.maybe(link(2000), "hangoutLink") ?? video?.maybe(link(2000), "uri") ?? null,
      conference:
        requestId === null
          ? null
          : {
              requestId,
              status: event.maybe(text(100), "conferenceData.createRequest.status.statusCode") ?? "pending",
            },
    };
  });
}

function shaped<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const how = (error as Error).message;
    throw new ApiError("unexpected_answer", `google: ${what} answered another shape than is documented: ${how}`);
  }
}
