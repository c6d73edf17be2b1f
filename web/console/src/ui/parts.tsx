/** Small parts of all pages. */
import { Link } from "@tanstack/react-router";
import { type ReactNode, useEffect, useState } from "react";
import { asProblem } from "../api/problem.ts";
import type { Change, Row } from "../api/types.ts";
import { announce } from "../app/announce.ts";
import { diffRows } from "./diff.ts";
import { Icon } from "./icons.tsx";
import { formatAgo, formatTime } from "./locale.ts";

/** Of a status, in any list. */
const TONES: Record<string, string> = {
  applied: "good",
  delivered: "good",
  done: "good",
  ok: "good",
  well: "good",
  complete: "good",
  consistent: "good",
  resolved: "good",
  paid: "good",
  captured: "good",
  fulfilled: "good",
  succeeded: "good",
  completed: "good",
  payment_completed: "good",
  confirmed: "good",
  processed: "good",
  active: "good",
  closed: "good",
  parked: "waiting",
  pending: "waiting",
  sending: "waiting",
  running: "waiting",
  open: "waiting",
  soon: "waiting",
  paused: "waiting",
  held: "waiting",
  incomplete: "waiting",
  awaited: "waiting",
  failed: "bad",
  dead: "bad",
  urgent: "bad",
  failing: "bad",
  rejected: "bad",
  "breaker open": "bad",
  overdue: "bad",
  found: "bad",
  disputed: "bad",
  attention: "bad",
  needs_review: "bad",
};

const toneOf = (status: string) => TONES[status] ?? "off";

export function Status({ value, tone }: { value: string; tone?: string }) {
  return (
    <span className="status" data-tone={tone ?? toneOf(value)}>
      {value.replaceAll("_", " ")}
    </span>
  );
}

/** A time of the reader's zone; its title says UTC. */
export function Time({ at, ago = false }: { at: string | null | undefined; ago?: boolean }) {
  const [, again] = useState(0);
  useEffect(() => {
    if (!ago) return;
    const timer = setInterval(() => again((n) => n + 1), 10_000);
    return () => clearInterval(timer);
  }, [ago]);
  if (!at) return <span className="none">–</span>;
  return (
    <time dateTime={at} title={ago ? `${formatTime(at)} (${at})` : at}>
      {ago ? formatAgo(at) : formatTime(at)}
    </time>
  );
}

/** Copies a text; `load` makes it only when it is asked for. */
export function Copy({ label, load }: { label: string; load: () => string | Promise<string> }) {
  const [copied, setCopied] = useState(false);
  async function copy() {
    try {
      await navigator.clipboard.writeText(await load());
      setCopied(true);
      announce("Copied.");
      setTimeout(() => setCopied(false), 2_000);
    } catch (error) {
      announce(`Not copied: ${asProblem(error).message}`, "bad");
    }
  }
  return (
    <button type="button" className="quiet" onClick={() => void copy()}>
      <Icon name={copied ? "check" : "copy"} />
      {copied ? "Copied" : label}
    </button>
  );
}

/** What went wrong, and what to do. */
export function ProblemBox({ error, retry }: { error: unknown; retry?: () => void }) {
  const { message, advice } = asProblem(error);
  return (
    <div className="problem" role="alert">
      <p>
        <strong>{message}</strong>
      </p>
      {advice && <p>{advice}</p>}
      {retry && (
        <button type="button" onClick={retry}>
          Try again
        </button>
      )}
    </div>
  );
}

export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="empty">
      <div className="empty-mark">
        <Icon name="check" />
      </div>
      <p className="empty-title">{title}</p>
      {children && <p>{children}</p>}
    </div>
  );
}

export function Loading() {
  return (
    <div className="loading" role="status">
      Loading …
    </div>
  );
}

export function PageHead({ title, detail, children }: { title: string; detail?: ReactNode; children?: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · Signalbox`;
  }, [title]);
  return (
    <header className="page-head">
      <div>
        <h1 tabIndex={-1}>{title}</h1>
        {detail && <div className="page-detail">{detail}</div>}
      </div>
      {children && <div className="page-actions">{children}</div>}
    </header>
  );
}

/** Name and value, in a grid. Values that say nothing are left out. */
export function Facts({ facts }: { facts: [name: string, value: ReactNode][] }) {
  const known = facts.filter(([, value]) => value !== null && value !== undefined && value !== "");
  return (
    <dl className="facts">
      {known.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** A row before and after, field by field. Values are text: markup in them is shown, not run. */
export function Diff({ before, after }: { before: Row | null; after: Row | null }) {
  const changes = diffRows(before, after);
  if (changes.length === 0) return <p className="none">No field differs.</p>;
  return (
    <table className="diff">
      <thead>
        <tr>
          <th scope="col">field</th>
          <th scope="col">before</th>
          <th scope="col">after</th>
        </tr>
      </thead>
      <tbody>
        {changes.map(({ name, before: was, after: is }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td className="was">{was === undefined ? <span className="none">–</span> : <del>{was}</del>}</td>
            <td className="is">{is === undefined ? <span className="none">–</span> : <ins>{is}</ins>}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function ChangeCard({ change }: { change: Change }) {
  const what = !change.before ? "new row" : !change.after ? "row deleted" : "row changed";
  return (
    <section className="change" aria-label={`${change.table}: ${what}`}>
      <h3>
        <code>{change.table}</code> <span className="tag">{what}</span> <code className="id">{change.row_id}</code>
      </h3>
      <Diff before={change.before} after={change.after} />
    </section>
  );
}

const DETAIL_PAGES: Record<string, string> = {
  event: "events",
  events: "events",
  message: "messages",
  messages: "messages",
  delivery: "deliveries",
  deliveries: "deliveries",
  rejection: "rejections",
  rejections: "rejections",
};

/** Where a thing is shown: events, messages, deliveries and rejections on their own page, all else as a line. */
export function ThingLink({ kind, id, children }: { kind: string; id: string; children: ReactNode }) {
  if (kind === "destination") {
    return (
      <Link to="/destinations/$name" params={{ name: id }} data-item>
        {children}
      </Link>
    );
  }
  const what = DETAIL_PAGES[kind];
  if (what) {
    return (
      <Link to="/$what/$id" params={{ what, id }} data-item>
        {children}
      </Link>
    );
  }
  return (
    <Link to="/line/$kind/$id" params={{ kind, id }} data-item>
      {children}
    </Link>
  );
}
