/** @jsxImportSource preact */
/** One tutoring session of the signed-in student: what the rules allow, moving it, cancelling it. */
import { useEffect, useRef, useState } from "preact/hooks";
import { follow } from "../api/account.ts";
import { Refusal } from "../api/refusal.ts";
import {
  cancelSession,
  freeTimesToMove,
  moveSession,
  type SessionChange,
  sessionOf,
  type Terms,
  type TutoringSession,
} from "../api/sessions.ts";
import { creditsOf, outcomeOf, refundOf } from "../app/refund_words.ts";
import { at } from "../app/router.ts";
import { dayAndTime, time } from "../app/words.ts";
import { MeetLink } from "../ui/meet_link.tsx";
import { Away, Heading, Problem, useLoaded, Waiting, wordsOf } from "../ui/parts.tsx";
import { Times } from "../ui/times.tsx";
import { SignedIn } from "./signed_in.tsx";

/** Reading again would be answered in the same way. */
const FINAL = ["PGRST116", "42501", "PGRST301", "PGRST303", "session_unknown"];

interface Shown {
  session: TutoringSession;
  terms: Terms;
  /** Reads both again. */
  again(): void;
}

export function SessionPage({ id }: { id: string }) {
  return <SignedIn>{({ user }) => <Session id={id} user={user.id} />}</SignedIn>;
}

function Session({ id, user }: { id: string; user: string }) {
  const { value, error, again } = useLoaded(() => sessionOf(id), id);
  useEffect(() => follow(user, () => again()), [user]);
  return (
    <>
      <p class="back">
        <a href={at("account")}>‹ My page</a>
      </p>
      {!value && !error && <Waiting />}
      {!value && error && (
        <>
          <Heading title="Session">We cannot show this session</Heading>
          <Problem>
            <p>{wordsOf(error)}</p>
            <button type="button" class="quiet" onClick={again}>
              Try again
            </button>
          </Problem>
        </>
      )}
      {value && error && <Unread error={error} again={again} />}
      {value && <Details {...value} again={again} />}
    </>
  );
}

/** What is shown may have changed since. A refusal would be repeated; anything else is tried again. */
function Unread({ error, again }: { error: Error; again(): void }) {
  if (error instanceof Refusal && FINAL.includes(error.code)) {
    return (
      <Problem>
        <p>{error.message}</p>
      </Problem>
    );
  }
  return <Away again={again} />;
}

function Details(shown: Shown) {
  const { session, terms } = shown;
  const { title, status, starts_at, ends_at, price_credits, tutoring_session_changes } = session;
  const changes = tutoring_session_changes.toSorted((a, b) => a.number - b.number);
  const cancelled = changes.find(({ kind }) => kind === "cancelled");
  return (
    <>
      <Heading title={title}>{title}</Heading>
      <div class="row">
        <strong>
          {dayAndTime(starts_at)} to {time(ends_at)}
        </strong>
        {terms.tutor_name && <span class="detail">with {terms.tutor_name}</span>}
        <span class="tag">{status}</span>
        {price_credits !== null && <span class="tag">Paid with {creditsOf(price_credits)}</span>}
      </div>
      <MeetLink session={session} />
      {status === "cancelled" && (
        <p class="notice" role="status">
          This session is cancelled. {cancelled?.refund && outcomeOf({ ...cancelled, refund: cancelled.refund })}
        </p>
      )}
      {changes.length > 0 && (
        <ul class="plain detail" aria-label="Changes">
          {changes.map((change) => (
            <li key={change.number}>{wordsOfChange(change)}</li>
          ))}
        </ul>
      )}
      {status === "scheduled" && (
        <div class="sides">
          <Move {...shown} />
          <Cancel {...shown} />
        </div>
      )}
    </>
  );
}

const BY = { student: "you", tutor: "your tutor", admin: "us" };

function wordsOfChange({ kind, changed_as, from_starts_at, to_starts_at, reason }: SessionChange): string {
  const what =
    kind === "cancelled" || to_starts_at === null
      ? `Cancelled by ${BY[changed_as]}`
      : `Moved by ${BY[changed_as]}: from ${dayAndTime(from_starts_at)} to ${dayAndTime(to_starts_at)}`;
  return reason ? `${what}. “${reason}”` : what;
}

/** Why it cannot be moved, and what to do instead. */
function whyNotMoved({ move_refused, move_until }: Terms): string | null {
  switch (move_refused) {
    case "session_over":
      return "It has begun, so it stays as it is.";
    case "too_late":
      return `You could move it until ${dayAndTime(move_until!)}. Ask your tutor, who still may.`;
    case "moved_too_often":
      return "You have moved it as often as your tutor allows. You can still cancel it.";
    case null:
      return null;
  }
}

function Move({ session: { id, starts_at }, terms, again }: Shown) {
  const [isOpen, setOpen] = useState(false);
  const [problem, setProblem] = useState<Refusal | null>(null);
  // Said by itself: the session may not have been read again yet.
  const [movedTo, setMovedTo] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [turn, setTurn] = useState(0);
  // The same move sent again has the same key: after a lost answer it moves the session once.
  const sent = useRef({ starts_at: "", key: "" });
  const { moves_left, move_until, refunded_until } = terms;
  const whyNot = whyNotMoved(terms);
  const isLate = refunded_until === null || Date.parse(refunded_until) < Date.now();

  async function move(to: string) {
    setBusy(true);
    setProblem(null);
    if (sent.current.starts_at !== to) sent.current = { starts_at: to, key: crypto.randomUUID() };
    try {
      await moveSession(id, to, sent.current.key);
      sent.current = { starts_at: "", key: "" };
      setMovedTo(to);
      setOpen(false);
    } catch (error) {
      setProblem(error as Refusal);
    } finally {
      setBusy(false);
      setTurn((count) => count + 1);
      again();
    }
  }

  return (
    <section class="panel" aria-labelledby="move">
      <h2 id="move">Move it</h2>
      {movedTo && <p role="status">Moved to {dayAndTime(movedTo)}. You and your tutor get a note.</p>}
      {whyNot ? (
        <p>{whyNot}</p>
      ) : (
        <>
          <p>
            You can move it until {dayAndTime(move_until ?? starts_at)}
            {moves_left !== null && `, ${moves_left === 1 ? "once more" : `${moves_left} times more`}`}. It costs
            nothing.
          </p>
          {isLate && <p>It is too late for your money back, and moving it does not change that.</p>}
          {!isOpen && (
            <button type="button" class="quiet wide" onClick={() => setOpen(true)}>
              Choose another time
            </button>
          )}
        </>
      )}
      {problem && (
        <Problem>
          <p data-code={problem.code}>{problem.message}</p>
        </Problem>
      )}
      {isOpen && !whyNot && (
        <Times
          title="To when?"
          verb="Move to"
          load={(from, to) => freeTimesToMove(id, from, to)}
          onChosen={move}
          isBusy={isBusy}
          turn={turn}
        />
      )}
    </section>
  );
}

/** What cancelling it gives back, and until when. */
function whatComesBack(terms: Terms, starts_at: string): string {
  const { refund, refunded_until } = terms;
  const what = refundOf(terms);
  if (refunded_until === null) {
    return "You moved it when it was too late for your money back. So nothing is paid back when you cancel it.";
  }
  if (what === null) {
    return Date.parse(refunded_until) < Date.now()
      ? `You could cancel it for your money back until ${dayAndTime(refunded_until)}. Cancel it now, and nothing is ` +
          "paid back."
      : "Nothing was paid for it here, so nothing is paid back.";
  }
  const until =
    refunded_until === starts_at
      ? "You may cancel it until it begins"
      : `Cancel it until ${dayAndTime(refunded_until)}`;
  const how = {
    credits: `you get your ${what} back at once`,
    requested: `${what} goes back to where you paid from`,
    by_hand: `we pay ${what} back by hand and write to you`,
    none: "nothing is paid back",
  }[refund];
  return `${until}, and ${how}.${refunded_until === starts_at ? "" : " After that nothing is paid back."}`;
}

function Cancel({ session: { id, starts_at }, terms, again }: Shown) {
  // What the form has said since it was opened: nobody agrees to what changes under a click.
  const [agreed, setAgreed] = useState<Terms | null>(null);
  const [reason, setReason] = useState("");
  const [problem, setProblem] = useState<Refusal | null>(null);
  const [isBusy, setBusy] = useState(false);
  const what = agreed && refundOf(agreed);

  async function cancel(event: Event) {
    event.preventDefault();
    if (isBusy || !agreed) return;
    setBusy(true);
    setProblem(null);
    await cancelSession(id, reason, agreed).catch((refusal: Refusal) => {
      setProblem(refusal);
      if (refusal.code === "terms_changed") setAgreed(null);
    });
    setBusy(false);
    again();
  }

  return (
    <section class="panel" aria-labelledby="cancel">
      <h2 id="cancel">Cancel it</h2>
      {terms.cancel_refused ? (
        <p>It has begun, so it cannot be cancelled. Write to us if it did not take place.</p>
      ) : (
        <p>{whatComesBack(terms, starts_at)}</p>
      )}
      {problem && (
        <Problem>
          <p data-code={problem.code}>{problem.message}</p>
        </Problem>
      )}
      {!terms.cancel_refused && !agreed && (
        <button type="button" class="quiet wide" onClick={() => setAgreed(terms)}>
          Cancel this session
        </button>
      )}
      {!terms.cancel_refused && agreed && (
        <form onSubmit={cancel}>
          <label>
            Why? Your tutor reads it (optional)
            <textarea
              name="reason"
              rows={2}
              maxLength={1000}
              value={reason}
              onInput={(event) => setReason(event.currentTarget.value)}
            />
          </label>
          <p class="row">
            <button type="submit" disabled={isBusy}>
              {what === null ? "Cancel it, without money back" : `Cancel it, ${what} back`}
            </button>
            <button type="button" class="quiet" onClick={() => setAgreed(null)}>
              Keep it
            </button>
          </p>
        </form>
      )}
    </section>
  );
}
