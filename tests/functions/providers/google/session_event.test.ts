/** How a session becomes an event, and what of an event is left alone. */
import { expect, test } from "vitest";
import type { CalendarEvent } from "../../../../functions/_shared/providers/google/api.ts";
import {
  changeOf,
  guestsOf,
  isAsWanted,
  newEvent,
  type WantedEvent,
} from "../../../../functions/_shared/providers/google/session_event.ts";

const WANTED: WantedEvent = {
  id: "0198f0aa-0000-7000-8000-00000000000b",
  title: "Maths",
  starts_at: "2027-07-06T08:00:00.000Z",
  ends_at: "2027-07-06T09:00:00.000Z",
  time_zone: "Europe/Berlin",
  guests: ["amina@example.com", "notes@example.com", "tom@example.com"],
};
const EVENT: CalendarEvent = {
  ...{ id: "x", etag: '"1"', status: "confirmed", updated: "2026-11-20T10:00:00.000Z", summary: "Maths" },
  ...{ startsAt: WANTED.starts_at, endsAt: WANTED.ends_at, timeZone: "Europe/Berlin", link: null, conference: null },
  attendees: [
    { email: "amina@example.com", responseStatus: "accepted" },
    { email: "notes@example.com", responseStatus: "accepted" },
    { email: "tom@example.com", responseStatus: "declined" },
    { email: "mother@example.com", responseStatus: "accepted" },
  ],
  ours: { signalbox_id: WANTED.id, signalbox_guests: WANTED.guests.join(",") },
};

test("a new event: the instant and the zone that shows it, everybody invited, and a conference", () => {
  expect(newEvent("abcdef", WANTED, "r-1")).toMatchObject({
    id: "abcdef",
    summary: "Maths",
    start: { dateTime: "2027-07-06T08:00:00.000Z", timeZone: "Europe/Berlin" },
    end: { dateTime: "2027-07-06T09:00:00.000Z", timeZone: "Europe/Berlin" },
    attendees: [{ email: "amina@example.com" }, { email: "notes@example.com" }, { email: "tom@example.com" }],
    conferenceData: { createRequest: { requestId: "r-1", conferenceSolutionKey: { type: "hangoutsMeet" } } },
  });
});
test("the notetaker is invited once, also where it is the tutor", () => {
  expect(guestsOf(["b@x.example", "a@x.example"], " Notes@x.example ")).toEqual([
    ...["a@x.example", "b@x.example", "notes@x.example"],
  ]);
  expect(guestsOf(["notes@x.example"], "notes@x.example")).toEqual(["notes@x.example"]);
  expect(guestsOf(["a@x.example"], "")).toEqual(["a@x.example"]);
});
test("an event that says it already is left alone, in whatever zone Google tells the time", () => {
  expect(isAsWanted(EVENT, WANTED)).toBe(true);
  expect(isAsWanted({ ...EVENT, startsAt: "2027-07-06T10:00:00+02:00" }, WANTED)).toBe(true);
});
test.each([
  ["its time", { startsAt: "2027-07-06T07:00:00.000Z" }],
  ["its title", { summary: "Physics" }],
  ["a guest", { ours: { ...EVENT.ours, signalbox_guests: "tom@example.com" } }],
  ["its life", { status: "cancelled" }],
  ["a time at all", { endsAt: null }],
])("one that lacks %s is changed", (_, change) => expect(isAsWanted({ ...EVENT, ...change }, WANTED)).toBe(false));
test("another student: answers stay, whom a person added stays, who is not wanted any more goes", () => {
  const wanted = { ...WANTED, guests: ["ben@example.com", "notes@example.com", "tom@example.com"] };
  expect(changeOf(EVENT, wanted).attendees).toEqual([
    { email: "notes@example.com", responseStatus: "accepted" },
    { email: "tom@example.com", responseStatus: "declined" },
    { email: "mother@example.com", responseStatus: "accepted" },
    { email: "ben@example.com" },
  ]);
});
test("a deleted event comes back", () => {
  expect(changeOf({ ...EVENT, status: "cancelled" }, WANTED)).toMatchObject({ status: "confirmed" });
});
