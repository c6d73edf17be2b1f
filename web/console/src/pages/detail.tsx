/** Everything about one event, message, delivery or rejection. */
import { Link, useParams } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { ActionButtons } from "../actions/action_buttons.tsx";
import { actionOn, commandsAbout } from "../actions/commands.ts";
import type { Action, Attempt, Command, Json, Receipt, Row } from "../api/types.ts";
import { useCall } from "../app/use_call.ts";
import { Facts, Loading, PageHead, ProblemBox, Status, ThingLink, Time } from "../ui/parts.tsx";
import { Payload } from "../ui/payload.tsx";
import { text } from "./lists.tsx";

const KINDS: Record<string, string> = {
  events: "event",
  messages: "message",
  deliveries: "delivery",
  rejections: "rejection",
};

export default function DetailPage() {
  const { what, id } = useParams({ from: "/$what/$id" });
  const kind = KINDS[what];
  if (!kind) {
    return (
      <>
        <PageHead title="No such page" />
        <p>
          Nothing is at this address. <Link to="/">Home</Link> shows what needs you.
        </p>
      </>
    );
  }
  return <Detail key={id} kind={kind} id={id} />;
}

/** Shown in a place of its own, or not worth a line. */
const APART = new Set([
  "payload_text",
  "body_text",
  "confirmation_text",
  "attempts",
  "receipts",
  "facts",
  "actions",
  "status",
  "headers",
  "deliveries",
  "messages",
]);
/** These come first; the others follow as they are. */
const FIRST = [
  ...["error", "last_error", "waiting_for", "not_ours", "processing_error", "code", "provider", "destination"],
  ...["type", "provider_event_id", "message_id", "event_id", "record_key", "last_status_code", "attempts_made"],
  ...["occurred_at", "received_at", "applied_at", "created_at", "due_at", "next_attempt_at", "settled_at"],
];
const place = (field: string) => (FIRST.includes(field) ? FIRST.indexOf(field) : FIRST.length);

/** Fields that lead somewhere. */
const LINKS: Record<string, string> = { event_id: "events", message_id: "messages", delivery_id: "deliveries" };

function Detail({ kind, id }: { kind: string; id: string }) {
  const one = useCall<Row>(kind, { id });
  const commands = useCall<Command[]>("commands", {}, { live: false });
  const row = one.data;
  const own = row && Array.isArray(row.actions) ? (row.actions as unknown as Action[]) : undefined;
  const actions = own ?? commandsAbout(commands.data ?? [], kind).map((command) => actionOn(command, id));
  const name = row ? text(row.type) || text(row.code) || id : id;
  const status = row ? text(row.status) : "";
  const body = row && typeof row.body_text === "string" ? row.body_text : undefined;
  const payload = row && typeof row.payload_text === "string" ? row.payload_text : undefined;
  return (
    <div data-repair-scope>
      <PageHead
        title={name}
        detail={
          <>
            <span className="tag">{kind}</span> {status && <Status value={status} />} <code className="id">{id}</code>
          </>
        }
      >
        {kind !== "rejection" && (
          <Link to="/line/$kind/$id" params={{ kind, id }} className="button">
            Line
          </Link>
        )}
        <ActionButtons actions={actions} />
      </PageHead>
      {one.error && <ProblemBox error={one.error} retry={() => void one.refetch()} />}
      {!row && !one.error && <Loading />}
      {row && (
        <>
          <Facts
            facts={Object.entries(row)
              .filter(([field, value]) => !isApart(field, value) && (field !== "id" || value !== id))
              .toSorted(([a], [b]) => place(a) - place(b))
              .map(([field, value]) => [field.replaceAll("_", " "), shownField(field, value)])}
          />
          {Array.isArray(row.attempts) && <Attempts attempts={row.attempts as unknown as Attempt[]} />}
          {Array.isArray(row.receipts) && row.receipts.length > 0 && (
            <Receipts receipts={row.receipts as unknown as Receipt[]} />
          )}
          {Array.isArray(row.deliveries) && (
            <Rows title="Deliveries" kind="deliveries" rows={row.deliveries as Row[]} />
          )}
          {Array.isArray(row.messages) && <Rows title="Messages" kind="messages" rows={row.messages as Row[]} />}
          {payload !== undefined && <Payload title="Payload" text={payload} name={`${kind}-${id}.json`} />}
          {typeof row.confirmation_text === "string" && (
            <Payload title="The provider's confirmation" text={row.confirmation_text} name={`${kind}-${id}-api.json`} />
          )}
          {body !== undefined && payload === undefined && (
            <Payload title="Payload" text={body} name={`${kind}-${id}.json`} />
          )}
          <Extra title="Facts" value={row.facts} />
          <Extra title="Headers" value={row.headers} />
        </>
      )}
    </div>
  );
}

/** A number of attempts is a fact; the list of them is a table. */
const isApart = (field: string, value: Json) => APART.has(field) && (field !== "attempts" || Array.isArray(value));

function shownField(field: string, value: Json): ReactNode {
  if (value === null || value === "") return null;
  const link = LINKS[field];
  if (link) {
    return (
      <ThingLink kind={link} id={text(value)}>
        {text(value)}
      </ThingLink>
    );
  }
  if (field === "destination") {
    return (
      <Link to="/destinations/$name" params={{ name: text(value) }}>
        {text(value)}
      </Link>
    );
  }
  if (typeof value === "string" && /_(at|due|until)$|^(since|until)$/.test(field)) return <Time at={value} />;
  if (typeof value === "object") return <pre>{JSON.stringify(value, null, 2)}</pre>;
  return /(^|_)(id|key)$/.test(field) ? <code className="id">{text(value)}</code> : text(value);
}

function Attempts({ attempts }: { attempts: Attempt[] }) {
  return (
    <section aria-labelledby="attempts">
      <h2 id="attempts">Attempts</h2>
      {attempts.length === 0 ? (
        <p className="none">None yet.</p>
      ) : (
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">when</th>
              <th scope="col">status</th>
              <th scope="col">took</th>
              <th scope="col">error</th>
            </tr>
          </thead>
          <tbody>
            {attempts.map(({ at, http_status, ms, error, response_text }) => (
              <tr key={`${at} ${http_status} ${ms}`}>
                <td>
                  <Time at={at} />
                </td>
                <td>
                  <Status {...outcomeOf(http_status, ms, error)} />
                </td>
                <td>{ms === null ? "–" : `${ms} ms`}</td>
                <td className="wrap">
                  {error ?? ""}
                  {response_text && (
                    <details>
                      <summary>response</summary>
                      <pre>{response_text}</pre>
                    </details>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function Receipts({ receipts }: { receipts: Receipt[] }) {
  return (
    <section aria-labelledby="receipts">
      <h2 id="receipts">Receipts</h2>
      <table className="plain">
        <thead>
          <tr>
            <th scope="col">when</th>
            <th scope="col">status</th>
            <th scope="col">detail</th>
          </tr>
        </thead>
        <tbody>
          {receipts.map(({ at, status, detail }) => (
            <tr key={`${at} ${status}`}>
              <td>
                <Time at={at} />
              </td>
              <td>
                <Status value={status} />
              </td>
              <td className="wrap">{text(detail)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** Rows of another list that belong to this one. */
function Rows({ title, kind, rows }: { title: string; kind: string; rows: Row[] }) {
  if (rows.length === 0) return null;
  return (
    <section aria-label={title}>
      <h2>{title}</h2>
      <ul className="found">
        {rows.map((row) => (
          <li key={text(row.id)}>
            <ThingLink kind={kind} id={text(row.id)}>
              <span className="found-title">{text(row.destination) || text(row.type) || text(row.id)}</span>
              {row.status && <Status value={text(row.status)} />}
              <span className="found-detail">{text(row.last_error)}</span>
              <Time at={text(row.created_at) || text(row.at) || null} />
            </ThingLink>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Extra({ title, value }: { title: string; value: Json | undefined }) {
  if (value === null || value === undefined) return null;
  if (typeof value === "object" && Object.keys(value).length === 0) return null;
  return (
    <details className="extra">
      <summary>{title}</summary>
      <pre>{typeof value === "string" ? value : JSON.stringify(value, null, 2)}</pre>
    </details>
  );
}

/** Work of our own (a refund, a reconciliation) is done without a request: it ends with no status and no error. */
function outcomeOf(status: number | null, ms: number | null, error: string | null) {
  const isDone = error === null && (status === null ? ms !== null : status < 400);
  return {
    value: status === null ? (isDone ? "done" : "no answer") : String(status),
    tone: isDone ? "good" : "bad",
  } as const;
}
