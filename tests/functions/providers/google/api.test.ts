/** The client of Google's Calendar and Meet APIs, against the stand-in over real HTTP. */
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ApiError } from "../../../../functions/_shared/http/api_client.ts";
import { type GoogleCalendar, openGoogle } from "../../../../functions/_shared/providers/google/api.ts";
import { createGoogle, type GoogleEvent, type GoogleStandIn } from "../../../../local/providers/google.ts";
import { type Mounted, mounted } from "../../mounted.ts";

const EVENT = {
  id: "abcdef012345",
  summary: "Maths",
  start: { dateTime: "2027-07-06T08:00:00Z", timeZone: "Europe/Berlin" },
  end: { dateTime: "2027-07-06T09:00:00Z", timeZone: "Europe/Berlin" },
};
const CONFERENCE = { createRequest: { requestId: "r-1", conferenceSolutionKey: { type: "hangoutsMeet" } } };

let google: GoogleStandIn;
let server: Mounted;
let api: GoogleCalendar;
let consents: (number | null)[];
beforeEach(async () => {
  google = createGoogle();
  server = await mounted({ google });
  const settings: Record<string, string> = {
    ...{ GOOGLE_BASE_URL: `${server.url}/calendar/v3`, GOOGLE_MEET_BASE_URL: `${server.url}/meet/v2/` },
    ...{ GOOGLE_TOKEN_URL: `${server.url}/token`, GOOGLE_CALENDAR_ID: "team calendar@group" },
    ...{ GOOGLE_CLIENT_ID: "c", GOOGLE_CLIENT_SECRET: "s", GOOGLE_REFRESH_TOKEN: "r" },
  };
  consents = [];
  api = openGoogle(
    (name) => settings[name],
    async (endsAt) => void consents.push(endsAt),
  );
});
afterEach(() => server.stop());

const calls = () => google.asked.filter(({ path }) => !path.startsWith("/token"));
const failure = (work: Promise<unknown>): Promise<ApiError> =>
  work.then(
    () => Promise.reject(new Error("it did not fail")),
    (error) => (error instanceof ApiError ? error : Promise.reject(error)),
  );
const fixture = (name: string): GoogleEvent =>
  JSON.parse(readFileSync(new URL(`../../../fixtures/google/${name}`, import.meta.url), "utf8"));

test("every write of an event says that it is about a conference, and tells the guests", async () => {
  const made = await api.insertEvent({ ...EVENT, conferenceData: CONFERENCE });
  await api.patchEvent(made.id, made.etag, { summary: "Physics" });
  for (const { path } of calls()) {
    const { pathname, searchParams } = new URL(path, "http://google");
    expect(pathname).toContain("/calendars/team%20calendar%40group/events");
    expect(Object.fromEntries(searchParams)).toEqual({ conferenceDataVersion: "1", sendUpdates: "all" });
  }
});
test("one token serves many calls, and a call after it expired asks for another", async () => {
  const { id } = await api.insertEvent(EVENT);
  await api.getEvent(id);
  expect(consents).toEqual([null]);
  google.expireTokens();
  expect((await api.getEvent(id)).id).toBe(id);
  expect(consents).toEqual([null, null]);
});
test("a token that Google refuses again and again is no loop", async () => {
  google.refuse({ status: 401, reason: "authError", times: 100 });
  expect(await failure(api.getEvent("abcdef"))).toMatchObject({ code: "unauthorized", details: { status: 401 } });
  expect(calls()).toHaveLength(2);
});
test("a change of an event that is not as it was read is refused", async () => {
  const made = await api.insertEvent(EVENT);
  await api.patchEvent(made.id, made.etag, { summary: "Physics" });
  expect((await failure(api.patchEvent(made.id, made.etag, { summary: "Late" }))).details.status).toBe(412);
  expect(google.events.get(made.id)!.summary).toBe("Physics");
});
test("an event is made once, though the first answer was an error of Google's", async () => {
  google.fail({ kind: "500", path: "/calendar" });
  await api.insertEvent(EVENT);
  expect((await failure(api.insertEvent(EVENT))).details.status).toBe(409);
  expect(google.events.size).toBe(1);
});
test("an event is removed once", async () => {
  const { id } = await api.insertEvent(EVENT);
  await api.deleteEvent(id);
  expect((await failure(api.deleteEvent(id))).details.status).toBe(410);
  expect((await api.getEvent(id)).status).toBe("cancelled");
});
test("a space has a link", async () => {
  expect(await api.createSpace()).toBe(google.spaces[0]);
});

test.each([
  ["events.insert.response.json", { link: "https://meet.google.com/abc-defg-hij", status: "success" }],
  ["events.insert.response.conference-pending.json", { link: null, status: "pending" }],
  ["events.insert.response.conference-failure.json", { link: null, status: "failure" }],
])("Google's own %s", async (name, { link, status }) => {
  const body = fixture(name);
  google.events.set(body.id, body);
  expect(await api.getEvent(body.id)).toMatchObject({
    ...{ id: body.id, etag: body.etag, summary: body.summary, link },
    ...{ startsAt: "2026-11-25T09:00:00.000Z", endsAt: "2026-11-25T09:45:00.000Z", timeZone: "Africa/Douala" },
    conference: { requestId: "ord-01JD2Q9X6V8M-meet-1", status },
    attendees: [{ email: "amina.buyer@example.com" }, { email: "rita@coach.example.com" }],
  });
});
test("a link that stands among the entry points alone is found, and no other entry point is taken for it", async () => {
  const { hangoutLink, ...body } = fixture("events.insert.response.json");
  google.events.set(body.id, body);
  expect((await api.getEvent(body.id)).link).toBe(hangoutLink);
  const phoneOnly = body.conferenceData!.entryPoints!.filter(({ entryPointType }) => entryPointType !== "video");
  google.events.set(body.id, { ...body, conferenceData: { ...body.conferenceData, entryPoints: phoneOnly } });
  expect((await api.getEvent(body.id)).link).toBeNull();
});
test.each(["wrong shape", "not json"] as const)("an answer of %s may pass", async (kind) => {
  google.fail({ kind, path: "/calendar", times: 3 });
  expect((await failure(api.getEvent("abcdef"))).temporary).toBe(true);
});
test("a link that is no https address is no link of ours", async () => {
  const body = { ...fixture("events.insert.response.json"), hangoutLink: "javascript:alert(1)" };
  google.events.set(body.id, body);
  expect((await failure(api.getEvent(body.id))).code).toBe("unexpected_answer");
});
