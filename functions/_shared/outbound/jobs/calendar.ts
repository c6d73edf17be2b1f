/**
 * Brings Google Calendar in line with one tutoring session or appointment: makes, changes or removes its event, and
 * stores the Meet link. Each run does what the row says now (calendar.task), so that a repeated, late or overlapping
 * run does no harm: the event's id is made from the row's, and a change of an event that is not as it was read is
 * refused by Google (If-Match).
 */
import { ApiError } from "../../http/api_client.ts";
import type { FunctionRow, FunctionValue, Narrow, Nullable, TableRow } from "../../platform/rows.ts";
import type { Runtime } from "../../platform/runtime.ts";
import { type CalendarEvent, type GoogleCalendar, OUR_ID, openGoogle } from "../../providers/google/api.ts";
import { judge, reasonOf } from "../../providers/google/errors.ts";
import {
  changeOf,
  conferenceRequest,
  guestsOf,
  isAsWanted,
  newEvent,
  spaceAsConference,
  type WantedEvent,
} from "../../providers/google/session_event.ts";
import { type AttemptOutcome, type JobAdapter, NotConfigured } from "../adapter.ts";

type Task = Nullable<
  Narrow<FunctionRow<"calendar", "task">, { action: "keep" | "remove" | "none"; emails: string[]; left_out: string[] }>,
  "conference_age_ms" | "meet_space"
>;

/** Rounds of one run: each begins with what the row says by then. */
const MAX_ROUNDS = 6;
/** A conference that Google is still making after so long counts as failed, in ms. */
const MAX_PENDING_MS = 600_000;
/** Waits until a pending conference is looked at again, in ms: as long as it has taken so far, within these. */
const LOOK_AGAIN_MS = { least: 2000, most: 60_000 };
/** Failed conference requests after which a Meet space is made instead. */
const MAX_CONFERENCE_FAILURES = 2;

export const calendarJob: JobAdapter = {
  async run({ data }, runtime, signal) {
    const { id } = data as Pick<TableRow<"calendar", "entries">, "id">;
    const run = new Run(id, runtime, signal);
    try {
      return await run.settle();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const verdict = judge(error);
      if (verdict.kind === "settings") {
        const reason = `${error.sentence} ${verdict.advice}`.trim();
        await runtime.database.query("select calendar.note_refusal($1)", [reason]);
        throw new NotConfigured(reason);
      }
      const { status = null, body, retryAfterMs = null } = error.details;
      const outcome = verdict.kind === "refused" ? "refused" : "retry";
      return { outcome, error: error.message, status, retryAfterMs, ...(body !== undefined && { body }) };
    }
  },
};

class Run {
  #google?: GoogleCalendar;
  /** Whether this run saw the event at Google. */
  #seen = false;

  constructor(
    readonly id: string,
    readonly runtime: Runtime,
    readonly signal: AbortSignal,
  ) {}

  /** Opened when it is needed: where nothing is to be done, nothing has to be set. */
  get google(): GoogleCalendar {
    this.#google ??= openGoogle(this.runtime.env, async (endsAt) => {
      const ends = endsAt === null ? null : new Date(endsAt).toISOString();
      await this.runtime.database.query("select calendar.note_token($1::timestamptz)", [ends]);
    });
    return this.#google;
  }

  async settle(): Promise<AttemptOutcome> {
    for (let round = 1; round <= MAX_ROUNDS; round++) {
      const outcome = await this.#round(await this.#task());
      if (outcome) return outcome;
    }
    return { outcome: "retry", error: "It kept changing here or at Google while it was brought there." };
  }

  async #task(): Promise<Task> {
    const [task] = await this.runtime.database.query<Task>("select * from calendar.task($1::uuid)", [this.id]);
    if (!task) throw new Error(`calendar.task returned no row for entry ${this.id}`);
    return task;
  }

  /** Null: something changed, here or there; look again. */
  async #round(task: Task): Promise<AttemptOutcome | null> {
    if (task.action === "none") {
      await this.#query("select calendar.note_nothing($1::uuid, $2::int)", task.version);
      return { outcome: "cancelled", error: task.reason };
    }
    if (task.action === "remove") {
      await unlessGone(this.google.deleteEvent(task.event_id, this.signal));
      return (await this.#note(task, null, null)) ? { outcome: "delivered", body: "The event was removed." } : null;
    }
    const event = await this.#eventOf(task);
    return event && (await this.#linkOf(task, event));
  }

  /** The event, as the row says it should be. */
  async #eventOf(task: Task): Promise<CalendarEvent | null> {
    const found =
      (task.known || this.#seen ? await this.#read(task) : null) ??
      (await this.#insert(task)) ??
      (await this.#read(task));
    // Inserted and gone again, or somebody else's: the id is of no use any more.
    if (!found || (found.ours[OUR_ID] !== undefined && found.ours[OUR_ID] !== this.id))
      return await this.#leaveId(task);
    this.#seen = true;
    const wanted = this.#wanted(task);
    if (isAsWanted(found, wanted)) return found;
    try {
      return await this.google.patchEvent(found.id, found.etag, changeOf(found, wanted), this.signal);
    } catch (error) {
      const verdict = error instanceof ApiError ? judge(error).kind : undefined;
      if (verdict === "changed") return null;
      // A deleted event is brought back, where Google still has it.
      if (found.status === "cancelled" && verdict !== undefined && verdict !== "retry" && verdict !== "settings")
        return await this.#leaveId(task);
      if (verdict === "gone") return null;
      throw error;
    }
  }

  async #read(task: Task): Promise<CalendarEvent | null> {
    return await unlessGone(this.google.getEvent(task.event_id, this.signal));
  }

  /** Null: the id exists. Made by an attempt of ours whose answer was lost; or it was deleted. */
  async #insert(task: Task): Promise<CalendarEvent | null> {
    const event = newEvent(task.event_id, this.#wanted(task), this.#requestId(task.conference_number));
    try {
      return await this.google.insertEvent(event, this.signal);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const { kind } = judge(error);
      if (kind === "taken") return null;
      // Not the event is unknown, but the calendar.
      if (kind === "gone") {
        const message = `${error.message}: there is no calendar GOOGLE_CALENDAR_ID for us`;
        throw new ApiError("unauthorized", message, { body: error.details.body, issue: "forbidden" });
      }
      throw error;
    }
  }

  async #leaveId(task: Task): Promise<null> {
    this.#seen = false;
    await this.#query("select calendar.note_event_gone($1::uuid, $2::int)", task.event_number);
    return null;
  }

  /** What follows from how far its conference is. */
  async #linkOf(task: Task, event: CalendarEvent): Promise<AttemptOutcome | null> {
    if (event.link) return (await this.#note(task, event, event.link)) ? this.#done(task, event.link) : null;

    const requestId = this.#requestId(task.conference_number);
    const isCurrent = event.conference === null || event.conference.requestId === requestId;
    if (isCurrent && event.conference?.status === "pending" && (task.conference_age_ms ?? 0) < MAX_PENDING_MS) {
      if (!(await this.#note(task, event, null))) return null;
      const retryAfterMs = Math.min(Math.max(task.conference_age_ms ?? 0, LOOK_AGAIN_MS.least), LOOK_AGAIN_MS.most);
      return { outcome: "postponed", error: "Google is still making the conference.", retryAfterMs };
    }
    let number = task.conference_number;
    let failures = task.conference_failures;
    if (isCurrent) {
      await this.#query("select calendar.note_conference_failed($1::uuid, $2::int)", number);
      number++;
      failures++;
    }
    if (failures >= MAX_CONFERENCE_FAILURES) return await this.#useSpace(task, event);
    const asked = await this.#patchConference(event, conferenceRequest(this.#requestId(number)));
    const next = { ...task, conference_number: number, conference_failures: failures, conference_age_ms: null };
    return asked && (await this.#linkOf(next, asked));
  }

  /** A Meet space in place of the conference that Google does not make. */
  async #useSpace(task: Task, event: CalendarEvent): Promise<AttemptOutcome | null> {
    let link = task.meet_space;
    try {
      link ??= await this.#keepSpace(await this.google.createSpace(this.signal));
    } catch (error) {
      if (!(error instanceof ApiError) || judge(error).kind === "retry") throw error;
      const verdict = judge(error);
      const advice = verdict.kind === "settings" ? ` ${verdict.advice}` : "";
      const problem =
        `The event is in the calendar without a Meet link: Google failed to make its conference, and a Meet space ` +
        `could not be made (${reasonOf(error) ?? error.code}). ${error.sentence}${advice}`;
      const noted = await this.#note(task, event, null, problem);
      return noted ? { outcome: "delivered", body: problem } : null;
    }
    const changed =
      (await this.#patchConference(event, spaceAsConference(link), true)) ??
      // Where a conference from elsewhere is refused, the place says where it is.
      (await this.#patchConference(event, { location: link }));
    if (!changed) return null;
    return (await this.#note(task, changed, link)) ? this.#done(task, link) : null;
  }

  /** Null: the event changed since it was read, or was removed; or, with `mayRefuse`, Google refuses this change. */
  async #patchConference(event: CalendarEvent, change: object, mayRefuse = false): Promise<CalendarEvent | null> {
    try {
      return await this.google.patchEvent(event.id, event.etag, change, this.signal);
    } catch (error) {
      const kind = error instanceof ApiError ? judge(error).kind : undefined;
      if (kind === "changed" || kind === "gone" || (mayRefuse && kind === "refused")) return null;
      throw error;
    }
  }

  async #keepSpace(link: string): Promise<string> {
    const statement = "select calendar.note_space($1::uuid, $2) as link";
    const [row] = await this.runtime.database.query<{ link: FunctionValue<"calendar", "note_space"> | null }>(
      statement,
      [this.id, link],
    );
    return row?.link ?? link;
  }

  #requestId(number: number): string {
    return `${this.id}-${number}`;
  }

  #wanted({ title, starts_at, ends_at, time_zone, emails }: Task): WantedEvent {
    const guests = guestsOf(emails, this.runtime.env("GOOGLE_NOTETAKER_EMAIL"));
    return { id: this.id, title, starts_at, ends_at, time_zone, guests };
  }

  #done({ left_out }: Task, link: string): AttemptOutcome {
    const rest = left_out.length > 0 ? ` Not invited, since no address is known: ${left_out.join(", ")}.` : "";
    return { outcome: "delivered", body: link + rest };
  }

  /** Whether the row still says what was done; else there is more to do. */
  async #note(task: Task, event: CalendarEvent | null, link: string | null, problem: string | null = null) {
    const statement =
      "select calendar.note($1::uuid, $2::int, $3, $4::timestamptz, $5, $6::timestamptz, $7) as is_current";
    const [row] = await this.runtime.database.query<{ is_current: FunctionValue<"calendar", "note"> }>(statement, [
      ...[this.id, task.version, event?.id ?? null, event?.updated ?? null, link],
      ...[event ? task.ends_at : null, problem],
    ]);
    return row?.is_current === true;
  }

  async #query(statement: string, value: number): Promise<void> {
    await this.runtime.database.query(statement, [this.id, value]);
  }
}

/** The answer; null when there is no such event any more. */
async function unlessGone<T>(call: Promise<T>): Promise<T | null> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof ApiError && judge(error).kind === "gone") return null;
    throw error;
  }
}
