/** What each list shows. */
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Json, Row } from "../api/types.ts";
import type { FilterName } from "../ui/filters.ts";
import { formatNumber } from "../ui/locale.ts";
import { Status, ThingLink, Time } from "../ui/parts.tsx";

export interface Column {
  name: string;
  /** As grid-template-columns takes it. */
  width: string;
  show(row: Row): ReactNode;
  /** Left out on a phone. */
  wide?: boolean;
}

export interface ListPageOptions {
  title: string;
  about: string;
  filters: readonly (FilterName | "payload")[];
  columns: readonly Column[];
  /** What it says while there is nothing. */
  empty: string;
  /** A command can run for all that match. */
  bulk?: boolean;
}

export const text = (value: Json | undefined): string =>
  value === null || value === undefined ? "" : typeof value === "object" ? JSON.stringify(value) : String(value);

const time = (name: string, field: string): Column => ({
  name,
  width: "minmax(8.5rem, 10rem)",
  show: (row) => <Time at={text(row[field]) || null} />,
});

const plain = (name: string, field: string, width: string, wide = false): Column => ({
  name,
  width,
  wide,
  show: (row) => {
    const value = text(row[field]);
    return value === "" ? <span className="none">–</span> : <span title={value}>{value}</span>;
  },
});

const status = (field = "status"): Column => ({
  name: "status",
  width: "6.5rem",
  show: (row) => (row[field] === null || row[field] === undefined ? null : <Status value={text(row[field])} />),
});

const number = (name: string, field: string): Column => ({
  name,
  width: "5.5rem",
  wide: true,
  show: (row) => (row[field] === null ? "–" : formatNumber(Number(row[field]))),
});

/** The cell that opens the row. */
const open = (kind: string, name: string, field: string, width = "minmax(11rem, 2fr)", id = "id"): Column => ({
  name,
  width,
  show: (row) => (
    <ThingLink kind={kind} id={text(row[id])}>
      {text(row[field]) || text(row[id])}
    </ThingLink>
  ),
});

export const LISTS: Record<string, ListPageOptions> = {
  events: {
    title: "Events",
    about: "What providers have sent. An event is stored before anything is done with it.",
    filters: ["provider", "type", "status", "since", "until", "text", "payload"],
    empty: "Send one: npm run send -- stripe payment_intent.succeeded",
    bulk: true,
    columns: [
      open("events", "type", "type"),
      status(),
      time("received", "received_at"),
      plain("provider", "provider", "6rem"),
      plain("provider's id", "provider_event_id", "minmax(8rem, 1.5fr)", true),
      plain("error", "error", "minmax(8rem, 2fr)", true),
    ],
  },
  rejections: {
    title: "Rejections",
    about: "Requests that were refused: wrong signature, too large, unreadable. Counted by the minute.",
    filters: ["provider", "code", "since", "until", "text"],
    empty: "Every request so far was signed as it should be.",
    columns: [
      open("rejections", "reason", "code"),
      plain("provider", "provider", "6rem"),
      number("count", "count"),
      time("last", "last_at"),
      plain("sample", "sample", "minmax(10rem, 3fr)", true),
    ],
  },
  messages: {
    title: "Messages",
    about: "One for each change of a row that somebody is told of.",
    filters: ["type", "destination", "since", "until", "text", "payload"],
    empty: "The first sale writes the first message.",
    columns: [
      open("messages", "type", "type"),
      time("created", "created_at"),
      plain("record", "record_key", "minmax(9rem, 2fr)"),
      plain("event", "event_id", "minmax(8rem, 1.5fr)", true),
    ],
  },
  deliveries: {
    title: "Deliveries",
    about: "A message on its way to one destination.",
    filters: ["destination", "status", "type", "code", "since", "until", "text"],
    empty: "The first message with a route makes the first delivery.",
    bulk: true,
    columns: [
      open("deliveries", "message", "type"),
      status(),
      time("created", "created_at"),
      plain("destination", "destination", "8rem"),
      number("attempts", "attempts"),
      plain("code", "last_status_code", "4.5rem", true),
      plain("last error", "last_error", "minmax(8rem, 2fr)", true),
    ],
  },
  reconciliations: {
    title: "Reconciliations",
    about: "Providers are asked for events that never arrived.",
    filters: ["provider", "status", "since", "until", "text"],
    empty: "The first run is at most five minutes away.",
    columns: [
      { ...plain("provider", "provider", "8rem"), show: (row) => <strong>{text(row.provider)}</strong> },
      status(),
      time("started", "started_at"),
      number("looked at", "looked_at"),
      number("missed", "missed"),
      number("healed", "healed"),
      plain("remark", "remark", "minmax(9rem, 2fr)", true),
    ],
  },
  audits: {
    title: "Audit runs",
    about: "Every run of ops.audit_consistency.",
    filters: ["status", "since", "until", "text"],
    empty: "It runs every night.",
    columns: [
      time("started", "started_at"),
      {
        name: "found",
        width: "6rem",
        show: ({ found }) => <Status value={text(found)} tone={Number(found) === 0 ? "good" : "bad"} />,
      },
      plain("by", "ran_by", "8rem"),
      plain("findings", "findings", "minmax(10rem, 3fr)", true),
    ],
  },
  decisions: {
    title: "Decisions",
    about: "What admins decided, and why.",
    filters: ["type", "since", "until", "text"],
    empty: "Nobody had to decide anything yet.",
    columns: [
      { ...plain("command", "command", "minmax(10rem, 1fr)"), show: ({ command }) => <code>{text(command)}</code> },
      time("when", "decided_at"),
      plain("about", "about", "minmax(9rem, 1.5fr)"),
      plain("reason", "reason", "minmax(10rem, 2fr)"),
      plain("who", "decided_by", "minmax(8rem, 1fr)", true),
    ],
  },
  incidents: {
    title: "Incidents",
    about: "What needed a person, from when until when.",
    filters: ["type", "status", "since", "until", "text"],
    empty: "Nothing has needed a person yet.",
    columns: [
      { ...plain("what", "what", "minmax(10rem, 1.5fr)"), show: ({ what }) => <strong>{text(what)}</strong> },
      status("severity"),
      time("raised", "raised_at"),
      { ...time("resolved", "resolved_at"), wide: true },
      plain("which", "which", "minmax(10rem, 2fr)"),
      plain("why", "why", "minmax(10rem, 3fr)", true),
    ],
  },
  alerts: {
    title: "Alerts",
    about: "What was told to destinations about incidents.",
    filters: ["type", "since", "until", "text"],
    empty: "Nothing has been worth an alert yet.",
    columns: [
      { ...plain("type", "type", "7rem"), show: ({ type }) => <strong>{text(type)}</strong> },
      status("severity"),
      time("created", "created_at"),
      number("total", "total"),
      plain("text", "text", "minmax(12rem, 4fr)"),
    ],
  },
};

/** Lists that belong together. */
export function SeeAlso({ what }: { what: string }) {
  return (
    <Link to="/$what" params={{ what }}>
      {LISTS[what]?.title ?? what}
    </Link>
  );
}
