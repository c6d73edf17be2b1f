/**
 * What Google's errors mean, by status and reason.
 * developers.google.com/workspace/calendar/api/guides/errors, developers.google.com/identity/protocols/oauth2
 */
import type { ApiError } from "../../http/api_client.ts";

/**
 * retry: it may pass. settings: nothing goes through until an admin has set something, which `advice` says. gone: there
 * is no such event (any more). taken: the id is used up. changed: the event changed since it was read. refused: this
 * request alone is refused, for good.
 */
export type Verdict =
  | { kind: "retry" | "gone" | "taken" | "changed" | "refused" }
  | { kind: "settings"; advice: string };

/** 403 that passes. */
const LIMITS = [
  "rateLimitExceeded",
  "userRateLimitExceeded",
  "quotaExceeded",
  "dailyLimitExceeded",
  "calendarUsageLimitsExceeded",
  "concurrentLimitExceeded",
  "RATE_LIMIT_EXCEEDED",
];

const LOGIN = "Let the calendar's owner consent again: npm run google-login, then npm run deploy.";
const DELEGATION =
  "Google Admin console > Security > API controls > Domain-wide delegation: add the service account's client id with " +
  "the scopes calendar.events and meetings.space.created.";
const ENABLE =
  "Google Cloud console > APIs & Services: enable the Google Calendar API and the Google Meet REST API in the project.";
const SHARE =
  "Share the calendar GOOGLE_CALENDAR_ID with the account that we use, with the right to make changes to events, or " +
  "set another calendar.";

/** What an admin must do, by Google's word. */
const ADVICE: Record<string, string> = {
  not_set: "",
  key_unusable: "",
  invalid_grant:
    "The consent was withdrawn, has expired (7 days for an OAuth app in testing: publish it; 6 months unused), or its " +
    `password changed; of a service account, the key or the clock is wrong. ${LOGIN}`,
  invalid_client: "Copy GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET anew: Google Cloud console > APIs > Credentials.",
  deleted_client: `The OAuth client was deleted: make another, set GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET. ${LOGIN}`,
  disabled_client: "The OAuth client is disabled: enable it in Google Cloud console > APIs > Credentials.",
  unauthorized_client: DELEGATION,
  invalid_scope: DELEGATION,
  access_denied: DELEGATION,
  admin_policy_enforced: DELEGATION,
  forbiddenForServiceAccounts: `Set GOOGLE_IMPERSONATED_USER. ${DELEGATION}`,
  insufficientPermissions: `The consent does not cover this. ${LOGIN}`,
  ACCESS_TOKEN_SCOPE_INSUFFICIENT: `The consent does not cover this. ${LOGIN}`,
  insufficientScopes: `The consent does not cover this. ${LOGIN}`,
  accessNotConfigured: ENABLE,
  SERVICE_DISABLED: ENABLE,
  forbidden: SHARE,
  requiredAccessLevel: SHARE,
  invalidConferenceType:
    "The calendar makes no Meet links. A service account needs domain-wide delegation and GOOGLE_IMPERSONATED_USER; a " +
    "Workspace must allow Meet for that user.",
};

/** Google's word for an error of its APIs: `error.errors[0].reason`, or of newer ones `error.details[].reason`. */
export function reasonOf(error: ApiError): string | null {
  if (error.details.issue) return error.details.issue;
  try {
    const { error: found } = JSON.parse(error.details.body ?? "");
    if (typeof found === "string") return found;
    if (/invalid conference type/i.test(found.message ?? "")) return "invalidConferenceType";
    const detail = Array.isArray(found.details) ? found.details.find((one: { reason?: unknown }) => one?.reason) : null;
    const reason = found.errors?.[0]?.reason ?? detail?.reason ?? found.status;
    return typeof reason === "string" ? reason : null;
  } catch {
    return null;
  }
}

/** What an error means for the work at hand. */
export function judge(error: ApiError): Verdict {
  const reason = reasonOf(error) ?? "";
  const { status } = error.details;
  if (status === 403 && LIMITS.includes(reason)) return { kind: "retry" };
  if (error.temporary) return { kind: "retry" };
  if (status === 404 || status === 410) return { kind: "gone" };
  if (status === 409) return { kind: "taken" };
  if (status === 412) return { kind: "changed" };
  if (Object.hasOwn(ADVICE, reason)) return { kind: "settings", advice: ADVICE[reason]! };
  if (error.code === "unauthorized" && status !== 403) return { kind: "settings", advice: LOGIN };
  return { kind: "refused" };
}
