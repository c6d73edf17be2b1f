/**
 * A stand-in for Google: OAuth consent and tokens, the Calendar API's events and the Meet API's spaces. Shapes:
 * @googleapis/calendar@16.0.0, developers.google.com/identity/protocols/oauth2,
 * developers.google.com/workspace/meet/api. Below its mount: /calendar/v3, /meet/v2, /token and /o/oauth2/v2/auth.
 */
import { createHash, createVerify, randomBytes } from "node:crypto";
import { type Asked, type StandIn, standIn } from "./stand_in.ts";

/** How Google makes a conference that is asked for. */
export type Conference = "success" | "pending" | "failure" | "ignored";

interface Attendee {
  email: string;
  responseStatus?: string;
}
interface Entry {
  entryPointType: string;
  uri: string;
}
export interface GoogleEvent extends Record<string, unknown> {
  id: string;
  status: "confirmed" | "cancelled";
  etag: string;
  summary?: string;
  start?: { dateTime: string; timeZone?: string };
  end?: { dateTime: string; timeZone?: string };
  attendees?: Attendee[];
  hangoutLink?: string;
  location?: string;
  conferenceData?: {
    createRequest?: { requestId: string; status?: { statusCode: string } };
    entryPoints?: Entry[];
    conferenceId?: string;
  };
}

/** An error of the Calendar API, as it is answered. */
export interface Refusal {
  status: number;
  reason: string;
  message?: string;
  /** A request's method and the start of its path: "POST /calendar/v3". Default: every call of the APIs. */
  at?: string;
  /** Default 1. */
  times?: number;
  /** Retry-After in seconds. */
  retryAfter?: number;
}

export interface GoogleStandIn extends StandIn {
  /** The events of all calendars by id, deleted ones too. */
  readonly events: Map<string, GoogleEvent>;
  /** Links of the Meet spaces made so far. */
  readonly spaces: string[];
  /** Whose invitations, changes and cancellations were sent by e-mail, in order: "<address> <event> <what>". */
  readonly mails: string[];
  /** How the next conferences are made, in order; after them, with success. */
  readonly conferences: Conference[];
  /** Run after a request was carried out, before it is answered. */
  onDone: ((asked: Asked) => Promise<void> | void) | null;
  /** Answers so to the next calls. */
  refuse(refusal: Refusal): void;
  /** From now on it answers as it should: refusals and revocations end. */
  mend(): void;
  /** Carries the next call out whose method and path begin so, and never answers it. */
  hangAfter(at: string): void;
  /** A conference that is pending comes to its end. */
  settleConference(eventId: string, status: "success" | "failure"): void;
  /** The access tokens given out so far are good no more. */
  expireTokens(): void;
  /** The owner withdraws the consent: no refresh token is good any more. */
  revoke(): void;
  /** The consents of an app in testing end after these seconds; null: they do not. */
  consentSeconds: number | null;
  /** The consents cover these scopes only. */
  scopes: string[];
  /** The public keys (PEM) of service accounts by address; without one, any signature is accepted. */
  readonly serviceAccounts: Map<string, string>;
  /** Every requestId that was ever used for an event. */
  readonly requestIds: string[];
  /** Deletes an event for good: its id is unknown to GET, and used up for INSERT. */
  purge(eventId: string): void;
}

const SCOPES = [
  "https://www.googleapis.com/auth/calendar.events",
  "https://www.googleapis.com/auth/meetings.space.created",
];

export function createGoogle(): GoogleStandIn {
  const events = new Map<string, GoogleEvent>();
  const purged = new Set<string>();
  const tokens = new Map<string, string[]>();
  const revoked = new Set<string>();
  const given = new Set<string>();
  const codes = new Map<string, { challenge: string; redirect: string; client: string }>();
  const refusals: (Refusal & { times: number })[] = [];
  const hanging: string[] = [];
  let changes = 0;

  const frame = standIn({ put() {}, answer });
  const google: GoogleStandIn = Object.assign(frame, {
    events,
    spaces: [] as string[],
    mails: [] as string[],
    conferences: [] as Conference[],
    onDone: null,
    refuse: (refusal: Refusal) => void refusals.push({ times: 1, ...refusal }),
    hangAfter: (at: string) => void hanging.push(at),
    settleConference(eventId: string, status: "success" | "failure") {
      const event = events.get(eventId)!;
      conclude(event, status);
      touch(event);
    },
    expireTokens: () => tokens.clear(),
    revoke() {
      for (const token of given) revoked.add(token);
      revoked.add("*");
      tokens.clear();
    },
    mend() {
      refusals.length = 0;
      hanging.length = 0;
      revoked.clear();
    },
    consentSeconds: null,
    scopes: SCOPES,
    serviceAccounts: new Map<string, string>(),
    requestIds: [] as string[],
    purge(eventId: string) {
      events.delete(eventId);
      purged.add(eventId);
    },
  });

  async function answer(asked: Asked, url: URL): Promise<Response | null> {
    const where = `${asked.method} ${url.pathname}`;
    if (where === "GET /o/oauth2/v2/auth") return consent(url);
    const refusal = /^\/(calendar|meet)\//.test(url.pathname)
      ? refusals.find(({ at = "" }) => where.startsWith(at))
      : refusals.find(({ at }) => at !== undefined && where.startsWith(at));
    if (refusal) {
      if (--refusal.times <= 0) refusals.splice(refusals.indexOf(refusal), 1);
      return problem(refusal.status, refusal.reason, refusal.message, refusal.retryAfter);
    }
    const response = where === "POST /token" ? giveToken(asked) : callApi(asked, url);
    await google.onDone?.(asked);
    const hangs = hanging.findIndex((at) => where.startsWith(at));
    if (hangs >= 0) {
      hanging.splice(hangs, 1);
      await new Promise(() => {});
    }
    return response;
  }

  /** The owner's page of consent, where the owner agrees at once. */
  function consent(url: URL): Response {
    const query = url.searchParams;
    const redirect = query.get("redirect_uri")!;
    const code = randomBytes(16).toString("hex");
    codes.set(code, { challenge: query.get("code_challenge") ?? "", redirect, client: query.get("client_id") ?? "" });
    const back = new URL(redirect);
    back.searchParams.set("code", code);
    back.searchParams.set("state", query.get("state") ?? "");
    back.searchParams.set("scope", google.scopes.join(" "));
    return new Response(null, { status: 302, headers: { location: back.href } });
  }

  function giveToken({ body }: Asked): Response {
    const form = new URLSearchParams(body);
    const wrong = (error: string, error_description: string) =>
      Response.json({ error, error_description }, { status: 400 });
    let scopes = google.scopes;
    let refresh_token: string | undefined;
    switch (form.get("grant_type")) {
      case "refresh_token": {
        const token = form.get("refresh_token") ?? "";
        if (token === "" || revoked.has(token) || (revoked.has("*") && !given.has(token)))
          return wrong("invalid_grant", "Token has been expired or revoked.");
        break;
      }
      case "authorization_code": {
        const issued = codes.get(form.get("code") ?? "");
        codes.delete(form.get("code") ?? "");
        const challenge = createHash("sha256")
          .update(form.get("code_verifier") ?? "")
          .digest("base64url");
        if (!issued || issued.challenge !== challenge || issued.redirect !== form.get("redirect_uri"))
          return wrong("invalid_grant", "Bad Request");
        if (issued.client !== form.get("client_id") || !form.get("client_secret"))
          return wrong("invalid_client", "The OAuth client was not found.");
        refresh_token = `1//${randomBytes(24).toString("hex")}`;
        given.add(refresh_token);
        break;
      }
      case "urn:ietf:params:oauth:grant-type:jwt-bearer": {
        const claims = claimsIn(form.get("assertion") ?? "", google.serviceAccounts);
        if (!claims) return wrong("invalid_grant", "Invalid JWT Signature.");
        if (!claims.sub) return wrong("unauthorized_client", "Client is unauthorized to retrieve access tokens.");
        scopes = claims.scope.split(" ");
        if (!scopes.every((scope) => google.scopes.includes(scope)))
          return wrong("unauthorized_client", "Client is unauthorized to retrieve access tokens using this method.");
        break;
      }
      default:
        return wrong("unsupported_grant_type", "Invalid grant_type");
    }
    const access_token = `ya29.${randomBytes(16).toString("hex")}`;
    tokens.set(access_token, scopes);
    return Response.json({
      ...{ access_token, expires_in: 3599, scope: scopes.join(" "), token_type: "Bearer" },
      ...(refresh_token && { refresh_token }),
      ...(google.consentSeconds !== null && { refresh_token_expires_in: google.consentSeconds }),
    });
  }

  function callApi(asked: Asked, url: URL): Response | null {
    const scopes = tokens.get(asked.headers.get("authorization")?.replace(/^Bearer /, "") ?? "");
    if (!scopes) return problem(401, "authError", "Invalid Credentials");
    if (`${asked.method} ${url.pathname}` === "POST /meet/v2/spaces") {
      if (!scopes.includes(SCOPES[1]!)) return problem(403, "insufficientPermissions", "Insufficient Permission");
      const code = meetCode(`space ${google.spaces.length}`);
      google.spaces.push(`https://meet.google.com/${code}`);
      return Response.json({
        name: `spaces/${code}`,
        meetingUri: `https://meet.google.com/${code}`,
        meetingCode: code,
      });
    }
    const [, calendar, id] = /^\/calendar\/v3\/calendars\/([^/]+)\/events(?:\/([^/]+))?$/.exec(url.pathname) ?? [];
    if (!calendar) return null;
    if (!scopes.includes(SCOPES[0]!)) return problem(403, "insufficientPermissions", "Insufficient Permission");
    if (decodeURIComponent(calendar) === "unknown") return problem(404, "notFound", "Not Found");
    const mayConfer = url.searchParams.get("conferenceDataVersion") === "1";
    const tells = url.searchParams.get("sendUpdates") === "all";
    if (asked.method === "POST" && !id) return insert(JSON.parse(asked.body), mayConfer, tells);
    const event = events.get(id ?? "");
    if (!event) return problem(404, "notFound", "Not Found");
    const wanted = asked.headers.get("if-match");
    if (wanted !== null && wanted !== event.etag) return problem(412, "conditionNotMet", "Precondition Failed");
    if (asked.method === "GET") return Response.json(event);
    if (asked.method === "PATCH") return patch(event, JSON.parse(asked.body), mayConfer, tells);
    if (asked.method !== "DELETE") return null;
    if (event.status === "cancelled") return problem(410, "deleted", "Resource has been deleted");
    event.status = "cancelled";
    touch(event);
    if (tells) mail(event, "cancelled");
    return new Response(null, { status: 204 });
  }

  function insert(body: GoogleEvent, mayConfer: boolean, tells: boolean): Response {
    if (!/^[a-v0-9]{5,1024}$/.test(body.id)) return problem(400, "invalid", "Invalid resource id value.");
    if (events.has(body.id) || purged.has(body.id))
      return problem(409, "duplicate", "The requested identifier already exists.");
    const fault = faultOf(body);
    if (fault) return fault;
    const { conferenceData, ...rest } = body;
    const event: GoogleEvent = { kind: "calendar#event", ...rest, status: "confirmed", etag: "" };
    if (mayConfer) confer(event, conferenceData);
    events.set(event.id, event);
    touch(event);
    if (tells) mail(event, "invited");
    return Response.json(event);
  }

  function patch(event: GoogleEvent, body: Partial<GoogleEvent>, mayConfer: boolean, tells: boolean): Response {
    const { conferenceData, ...rest } = body;
    const fault = faultOf(rest);
    if (fault) return fault;
    Object.assign(event, rest);
    if (mayConfer && conferenceData) confer(event, conferenceData);
    touch(event);
    if (tells) mail(event, "changed");
    return Response.json(event);
  }

  function faultOf({ start, end, attendees = [] }: Partial<GoogleEvent>): Response | null {
    if (start && end && !(Date.parse(start.dateTime) < Date.parse(end.dateTime)))
      return problem(400, "timeRangeEmpty", "The specified time range is empty.");
    if (attendees.some(({ email }) => !/^[^@\s]+@[^@\s]+$/.test(email)))
      return problem(400, "invalid", "Invalid attendee email.");
    return null;
  }

  function confer(event: GoogleEvent, wanted: GoogleEvent["conferenceData"]): void {
    const request = wanted?.createRequest;
    if (!request) {
      event.conferenceData = wanted;
      return;
    }
    // One that was seen before on this event is ignored.
    if (google.requestIds.includes(`${event.id} ${request.requestId}`)) return;
    google.requestIds.push(`${event.id} ${request.requestId}`);
    const how = google.conferences.shift() ?? "success";
    if (how === "ignored") return;
    event.conferenceData = { createRequest: { ...request, status: { statusCode: how } } };
    if (how === "success") conclude(event, "success");
  }

  function conclude(event: GoogleEvent, status: "success" | "failure"): void {
    const data = event.conferenceData!;
    data.createRequest!.status = { statusCode: status };
    if (status === "failure") return;
    const code = meetCode(`${event.id} ${data.createRequest!.requestId}`);
    event.hangoutLink = `https://meet.google.com/${code}`;
    data.conferenceId = code;
    data.entryPoints = [
      { entryPointType: "video", uri: event.hangoutLink },
      { entryPointType: "more", uri: `https://tel.meet/${code}?pin=1234567890123` },
    ];
  }

  function touch(event: GoogleEvent): void {
    event.etag = `"${++changes}"`;
    event.updated = new Date().toISOString();
  }

  function mail(event: GoogleEvent, what: string): void {
    for (const { email } of event.attendees ?? []) google.mails.push(`${email} ${event.id} ${what}`);
  }

  return google;
}

/** The claims of a service account's JWT; null when it is not signed by its key, or not (any more) good. */
function claimsIn(jwt: string, keys: Map<string, string>): { sub?: string; scope: string } | null {
  const [header = "", body = "", signature = ""] = jwt.split(".");
  try {
    const claims = JSON.parse(Buffer.from(body, "base64url").toString());
    const now = Date.now() / 1000;
    if (JSON.parse(Buffer.from(header, "base64url").toString()).alg !== "RS256") return null;
    if (!(claims.exp > now && claims.iat <= now + 300 && claims.exp - claims.iat <= 3600)) return null;
    const key = keys.get(claims.iss);
    if (key && !createVerify("RSA-SHA256").update(`${header}.${body}`).verify(key, signature, "base64url")) return null;
    return claims;
  } catch {
    return null;
  }
}

/** Ten letters, as abc-defg-hij. The same words make the same code. */
function meetCode(words: string): string {
  const letters = [...createHash("sha256").update(words).digest()].map((byte) => String.fromCharCode(97 + (byte % 26)));
  return [letters.slice(0, 3), letters.slice(3, 7), letters.slice(7, 10)].map((part) => part.join("")).join("-");
}

function problem(status: number, reason: string, message = reason, retryAfter?: number): Response {
  const domain = /Limit|quota/i.test(reason) ? "usageLimits" : "global";
  return Response.json(
    { error: { errors: [{ domain, reason, message }], code: status, message } },
    { status, ...(retryAfter !== undefined && { headers: { "retry-after": String(retryAfter) } }) },
  );
}
