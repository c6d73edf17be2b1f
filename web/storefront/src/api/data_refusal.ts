/** Refusals of the Data API in words for the account that asked: docs/guides/tutoring.md, courses.md have the codes. */
import { AWAY, Refusal } from "./refusal.ts";

/** By `details` of the error. */
const WORDS: Record<string, string> = {
  not_bookable: "Sorry, your tutor does not teach at this time. Please choose another.",
  sold_out: "Sorry, this time is no longer free. Please choose another.",
  session_over: "This session is under way, over or cancelled, so it stays as it is. You can book another one.",
  too_late: "It is too late to move this session yourself. Ask your tutor, who still may; or cancel it.",
  moved_too_often: "You have moved this session as often as your tutor allows. You can still cancel it.",
  starts_at_unchanged: "The session begins at this time already.",
  session_unknown: "This session is not in your account. Sign in with the address that it was booked with.",
};
/** By SQLSTATE, or PostgREST's code. */
const BY_CODE: Record<string, string> = {
  // .single() found no row that the account may read.
  PGRST116: WORDS.session_unknown!,
  "42501": "Your account may not do this. Please load the page again.",
  PGRST301: "You are no longer signed in. Please sign in again.",
  PGRST303: "You are no longer signed in. Please sign in again.",
};

/** @param error What supabase-js has thrown. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  const { code, details, hint, message } = Object(error) as Record<string, string | null | undefined>;
  if (details && Object.hasOwn(WORDS, details)) return new Refusal(details, WORDS[details]!);
  if (details === "quota_exceeded") {
    const until = /\d{4}-\S+Z/.exec(hint ?? "")?.[0];
    const words = "You have written very often in this hour. Please write again";
    const time = until && new Date(until).toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit" });
    return new Refusal(details, `${words} ${time ? `after ${time}` : "later"}.`);
  }
  if (code && Object.hasOwn(BY_CODE, code)) return new Refusal(code, BY_CODE[code]!);
  // The browser's own error: there was no answer.
  if (!code || /fetch|network/i.test(message ?? "")) return new Refusal("away", AWAY);
  return new Refusal(code, "Sorry, something went wrong. Please try again in a moment.");
}
