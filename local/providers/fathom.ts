/** A stand-in for Fathom's API (developers.fathom.ai): its list of meetings. */
import { answerFathom, type Endpoint } from "./registered_webhooks.ts";
import { type Asked, type StandIn, standIn } from "./stand_in.ts";

type Meeting = Record<string, unknown>;

/** Meetings on a page; Fathom's own number is not documented. */
const LIMIT = 10;

/** What a list shows only when it is asked for. */
const PARTS: Record<string, string> = {
  include_transcript: "transcript",
  include_summary: "default_summary",
  include_action_items: "action_items",
  include_crm_matches: "crm_matches",
};

export function createFathom(): StandIn {
  const meetings = new Map<string, Meeting>();
  const webhooks: Endpoint[] = [];

  /** A webhook may have been made to leave out parts that the API knows from another. */
  function put(body: string): void {
    const meeting: Meeting = JSON.parse(body);
    const said = Object.entries(meeting).filter(([, value]) => value !== null);
    const id = String(meeting.recording_id);
    meetings.set(id, { ...meeting, ...meetings.get(id), ...Object.fromEntries(said) });
  }

  function answer(asked: Asked, url: URL): Response | null {
    if (!asked.headers.get("x-api-key") && !asked.headers.get("authorization"))
      return new Response(null, { status: 401 });
    if (asked.method === "GET" && url.pathname === "/meetings") return list(url.searchParams);
    return answerFathom(webhooks, asked.method, url, asked.body);
  }

  function list(query: URLSearchParams): Response {
    const time = (name: string, otherwise: number) => (query.has(name) ? Date.parse(query.get(name)!) : otherwise);
    const after = time("created_after", Number.NEGATIVE_INFINITY);
    const before = time("created_before", Number.POSITIVE_INFINITY);
    const from = Number(query.get("cursor") ?? 0);
    if (Number.isNaN(after) || Number.isNaN(before) || Number.isNaN(from)) return new Response(null, { status: 400 });

    const created = (meeting: Meeting) => Date.parse(String(meeting.created_at));
    const found = [...meetings.values()]
      .filter((meeting) => created(meeting) > after && created(meeting) < before)
      .sort((a, b) => created(b) - created(a));
    const next = from + LIMIT;
    return Response.json({
      limit: LIMIT,
      next_cursor: next < found.length ? String(next) : null,
      items: found.slice(from, next).map((meeting) => shown(meeting, query)),
    });
  }

  return standIn({ put, answer });
}

function shown(meeting: Meeting, query: URLSearchParams): Meeting {
  const asked = { ...meeting };
  for (const [parameter, part] of Object.entries(PARTS)) if (query.get(parameter) !== "true") delete asked[part];
  return asked;
}
