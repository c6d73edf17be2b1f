/** A student's tutoring sessions: what the rules allow, moving and cancelling. docs/guides/tutoring.md explains it. */

import type { FreeTime } from "./catalogue.ts";
import { supabase } from "./client.ts";
import { refusalOf } from "./data_refusal.ts";
import { Refusal } from "./refusal.ts";

export interface Recap {
  title: string;
  share_url: string | null;
  summary_markdown: string | null;
}

/** What becomes of what was paid. */
export interface Refund {
  refund: "requested" | "by_hand" | "credits" | "none";
  /** In minor units of `refund_currency`. */
  refund_minor: number | null;
  refund_currency: string | null;
  refund_credits: number | null;
}

export interface SessionChange extends Omit<Refund, "refund"> {
  number: number;
  kind: "rescheduled" | "cancelled";
  changed_as: "student" | "tutor" | "admin";
  from_starts_at: string;
  to_starts_at: string | null;
  reason: string | null;
  /** Null: it was moved. */
  refund: Refund["refund"] | null;
}

export interface TutoringSession {
  id: string;
  title: string;
  status: string;
  starts_at: string;
  ends_at: string;
  meet_link: string | null;
  /** What it cost, where credits booked it. */
  price_credits: number | null;
  session_recaps: Recap[];
  tutoring_session_changes: SessionChange[];
}

type Refused = "session_over" | "too_late" | "moved_too_often";

/** As public.session_terms says it. */
export interface Terms extends Refund {
  tutor_name: string | null;
  move_refused: Refused | null;
  move_until: string | null;
  moves_left: number | null;
  cancel_refused: Refused | null;
  refunded_until: string | null;
}

const SESSION =
  "id, title, status, starts_at, ends_at, meet_link, price_credits, " +
  "session_recaps(title, share_url, summary_markdown), " +
  "tutoring_session_changes(number, kind, changed_as, from_starts_at, to_starts_at, reason, refund, refund_minor, " +
  "refund_currency, refund_credits)";

/** The account's sessions as a student, the next first. */
export async function mySessions(user: string): Promise<TutoringSession[]> {
  const { data } = await supabase()
    .from("tutoring_sessions")
    .select(SESSION)
    .eq("student_user_id", user)
    .order("starts_at")
    .throwOnError();
  return data as unknown as TutoringSession[];
}

async function termsOf(session_id: string): Promise<Terms> {
  const { data } = await supabase().rpc("session_terms", { session_id }).single().throwOnError();
  return data as Terms;
}

/** @throws Refusal */
export async function sessionOf(id: string): Promise<{ session: TutoringSession; terms: Terms }> {
  try {
    const [{ data }, terms] = await Promise.all([
      supabase().from("tutoring_sessions").select(SESSION).eq("id", id).single().throwOnError(),
      termsOf(id),
    ]);
    return { session: data as unknown as TutoringSession, terms };
  } catch (error) {
    throw refusalOf(error);
  }
}

/** @throws Refusal */
export async function freeTimesToMove(session_id: string, from: Date, to: Date): Promise<FreeTime[]> {
  const range = { from: from.toISOString(), to: to.toISOString() };
  const { data, error } = await supabase().rpc("free_times_to_move", { session_id, ...range });
  if (error) throw refusalOf(error);
  return data as FreeTime[];
}

/** `key`: the same when the same move is sent again. @throws Refusal */
export async function moveSession(session_id: string, starts_at: string, key: string): Promise<void> {
  const { error } = await supabase().rpc("reschedule_session", { session_id, starts_at, key });
  if (error) throw refusalOf(error);
}

/**
 * Cancels it, if that still gives back what the page has said; sent again it changes nothing more.
 * @param shown What the page has said.
 * @throws Refusal
 */
export async function cancelSession(session_id: string, reason: string, shown: Terms): Promise<void> {
  try {
    const terms = await termsOf(session_id);
    const isSame = (["refund", "refund_minor", "refund_credits"] as const).every((name) => terms[name] === shown[name]);
    if (!terms.cancel_refused && !isSame) {
      const message = "What you get back has changed since this page was opened. Please read it again.";
      throw new Refusal("terms_changed", message);
    }
    await supabase()
      .rpc("cancel_session", { session_id, ...(reason.trim() && { reason: reason.trim() }) })
      .throwOnError();
  } catch (error) {
    throw refusalOf(error);
  }
}
