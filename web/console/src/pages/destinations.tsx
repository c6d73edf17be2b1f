import { Link, useParams } from "@tanstack/react-router";
import { ActionButtons } from "../actions/action_buttons.tsx";
import type { Destination, Route } from "../api/types.ts";
import { useDialogs } from "../app/dialogs.tsx";
import { useCall } from "../app/use_call.ts";
import { formatAgo, formatDuration, formatNumber } from "../ui/locale.ts";
import { Empty, Facts, Loading, PageHead, ProblemBox, Status, Time } from "../ui/parts.tsx";

export default function Destinations() {
  const { name } = useParams({ strict: false }) as { name?: string };
  const all = useCall<Destination[]>("destinations");
  const shown = all.data?.filter((each) => name === undefined || each.name === name) ?? [];
  return (
    <>
      <PageHead
        title={name ?? "Destinations"}
        detail={name ? <Link to="/destinations">All destinations</Link> : "Where messages are sent, and jobs are done."}
      />
      {all.error && <ProblemBox error={all.error} retry={() => void all.refetch()} />}
      {!all.data && !all.error && <Loading />}
      {all.data && shown.length === 0 && (
        <Empty title={name ? `There is no destination ${name}` : "No destination yet"}>
          docs/guides/add_a_destination.md says how to add one.
        </Empty>
      )}
      <div className="destinations">
        {shown.map((destination) => (
          <Card key={destination.name} destination={destination} whole={name !== undefined} />
        ))}
      </div>
    </>
  );
}

/** What helps when one is failing. Everything else is a choice. */
const REPAIRS = new Set(["outbox.resume", "outbox.retry_waiting"]);

function Card({ destination, whole }: { destination: Destination; whole: boolean }) {
  const { name, url, state, waiting, dead, routes, paused, held } = destination;
  const { last_hour: hour, last_error: lastError } = destination;
  const { actions } = destination;
  const offered = actions.toSorted((a, b) => Number(REPAIRS.has(b.command)) - Number(REPAIRS.has(a.command)));
  const search = (status: string) => ({ destination: name, status });
  return (
    <article className="destination" data-tone={state} data-repair-scope aria-labelledby={`d-${name}`}>
      <header>
        <h2 id={`d-${name}`}>
          <Link to="/destinations/$name" params={{ name }} data-item>
            {name}
          </Link>
        </h2>
        <Status value={state} />
        <span className="destination-url">{url ?? destination.description}</span>
      </header>
      <div className="destination-numbers">
        <Link to="/$what" params={{ what: "deliveries" }} search={search("pending")}>
          <strong>{formatNumber(waiting)}</strong> waiting
        </Link>
        <Link to="/$what" params={{ what: "deliveries" }} search={search("dead")} data-bad={dead > 0 || undefined}>
          <strong>{formatNumber(dead)}</strong> dead
        </Link>
        <span>
          <strong>{formatNumber(hour.attempts)}</strong> attempts in the last hour
          {hour.failed > 0 && <span className="bad">, {formatNumber(hour.failed)} failed</span>}
        </span>
        <span title="half of the last hour's attempts were faster">
          <strong>{hour.p50 === null ? "–" : formatDuration(hour.p50)}</strong> p50
        </span>
        <span title="95 of 100 attempts in the last hour were faster">
          <strong>{hour.p95 === null ? "–" : formatDuration(hour.p95)}</strong> p95
        </span>
      </div>
      <Facts
        facts={[
          ["breaker", breakerText(destination.breaker)],
          ["rate", rateText(destination.rate)],
          ["paused", paused && <Since at={paused.since} why={paused.reason} />],
          ["held until", held && <Since at={held.until} why={held.reason} />],
          ["last success", destination.last_success ? <Time key="s" at={destination.last_success} ago /> : null],
          ["last error", lastError && <Since at={lastError.at} why={lastError.error} />],
        ]}
      />
      <div className="buttons">
        <ActionButtons actions={offered} loud={REPAIRS.has(offered[0]?.command ?? "")} />
      </div>
      <details className="routes" open={whole}>
        <summary>{routes.length === 1 ? "1 route" : `${routes.length} routes`}</summary>
        <Routes routes={routes} />
      </details>
    </article>
  );
}

function Since({ at, why }: { at: string; why: string | null }) {
  return (
    <>
      <Time at={at} ago />
      {why && `: ${why}`}
    </>
  );
}

function breakerText({ failures, opens_after, opened_at, recovering_since }: Destination["breaker"]): string {
  const failed = failures === 1 ? "1 failure in a row" : `${failures} failures in a row`;
  if (opened_at) return `open since ${formatAgo(opened_at)}: nothing is sent, ${failed}`;
  if (recovering_since) return "recovering: a few at a time";
  if (failures > 0) return opens_after === null ? failed : `closed, ${failed} of ${opens_after}`;
  return "closed";
}

function rateText({ per_second, in_flight, timeout_ms }: Destination["rate"]): string {
  const parts = [
    per_second === null ? "no limit" : `${formatNumber(per_second)} a second`,
    in_flight === null ? null : `${formatNumber(in_flight)} at once`,
    timeout_ms === null ? null : `timeout ${formatDuration(timeout_ms)}`,
  ];
  return parts.filter(Boolean).join(", ");
}

function Routes({ routes }: { routes: readonly Route[] }) {
  const { run } = useDialogs();
  return (
    <table className="plain">
      <thead>
        <tr>
          <th scope="col">message</th>
          <th scope="col">priority</th>
          <th scope="col">on</th>
          <th scope="col">
            <span className="for-readers">switch</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {routes.map(({ id, message_type, priority, enabled }) => (
          <tr key={String(id)}>
            <td>
              <code>{message_type}</code>
            </td>
            <td>{["high", "normal", "low"][priority] ?? priority}</td>
            <td>
              <Status value={enabled ? "on" : "off"} tone={enabled ? "good" : "off"} />
            </td>
            <td>
              <button
                type="button"
                className="quiet"
                aria-label={`Switch ${message_type} ${enabled ? "off" : "on"}`}
                onClick={() =>
                  run({
                    command: enabled ? "outbox.disable_route" : "outbox.enable_route",
                    arguments: { route_id: id },
                    label: enabled ? "Switch the route off" : "Switch the route on",
                    needs_reason: true,
                  })
                }
              >
                {enabled ? "Switch off" : "Switch on"}
              </button>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
