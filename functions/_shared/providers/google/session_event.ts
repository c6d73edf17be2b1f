/** How a session or appointment looks as an event of Google Calendar. Pure. */
import { type Attendee, type CalendarEvent, OUR_GUESTS, OUR_ID } from "./api.ts";

/** What an event is to say. */
export interface WantedEvent {
  /** Of the session or appointment. */
  id: string;
  title: string;
  /** ISO 8601 in UTC: an instant, whatever summer time does until then. */
  starts_at: string;
  ends_at: string;
  /** IANA name: in which zone the event is shown. */
  time_zone: string;
  /** Addresses in lower case, sorted, each once. */
  guests: string[];
}

const DESCRIPTION = "To move or cancel it, use the site where it was booked: changes made here are not seen there.";

/** The people and the notetaker, which joins because it is invited. */
export function guestsOf(emails: readonly string[], notetaker: string | undefined): string[] {
  const all = [...emails, ...(notetaker ? [notetaker.trim().toLowerCase()] : [])];
  return [...new Set(all)].sort();
}

/** The event's members, but its id, its attendees and its conference. */
function membersOf({ id, title, starts_at, ends_at, time_zone, guests }: WantedEvent) {
  return {
    summary: title,
    description: DESCRIPTION,
    start: { dateTime: starts_at, timeZone: time_zone },
    end: { dateTime: ends_at, timeZone: time_zone },
    extendedProperties: { private: { [OUR_ID]: id, [OUR_GUESTS]: guests.join(",") } },
  };
}

/** `requestId` has to be new for each request: Google ignores one that it has seen. */
export function conferenceRequest(requestId: string) {
  return { conferenceData: { createRequest: { requestId, conferenceSolutionKey: { type: "hangoutsMeet" } } } };
}

/** A new event. */
export function newEvent(eventId: string, wanted: WantedEvent, requestId: string) {
  return {
    id: eventId,
    ...membersOf(wanted),
    attendees: wanted.guests.map((email) => ({ email })),
    ...conferenceRequest(requestId),
  };
}

/** Whether an event says it already: then nobody is written to again. */
export function isAsWanted(event: CalendarEvent, wanted: WantedEvent): boolean {
  return (
    event.status !== "cancelled" &&
    event.summary === wanted.title &&
    sameTime(event.startsAt, wanted.starts_at) &&
    sameTime(event.endsAt, wanted.ends_at) &&
    event.ours[OUR_GUESTS] === wanted.guests.join(",")
  );
}

const sameTime = (one: string | null, other: string) => one !== null && Date.parse(one) === Date.parse(other);

/**
 * What makes an event say it. Guests keep their answers; those that somebody added in the calendar stay, those that we
 * invited and do not want any more go. A deleted event comes back.
 */
export function changeOf(event: CalendarEvent, wanted: WantedEvent) {
  const invitedBefore = (event.ours[OUR_GUESTS] ?? "").split(",");
  const staying = event.attendees.filter(
    ({ email }) => wanted.guests.includes(email) || !invitedBefore.includes(email),
  );
  const coming: Attendee[] = wanted.guests
    .filter((email) => !staying.some((one) => one.email === email))
    .map((email) => ({ email }));
  return { status: "confirmed", ...membersOf(wanted), attendees: [...staying, ...coming] };
}

/** A Meet space as an event's conference. */
export function spaceAsConference(link: string) {
  return {
    location: link,
    conferenceData: {
      conferenceId: link.split("/").at(-1),
      conferenceSolution: { key: { type: "hangoutsMeet" }, name: "Google Meet" },
      entryPoints: [{ entryPointType: "video", uri: link, label: link.replace("https://", "") }],
    },
  };
}
