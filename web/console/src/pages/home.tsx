import { Link } from "@tanstack/react-router";
import { AttentionList } from "../actions/attention.tsx";
import type { ChartData, HomeState } from "../api/types.ts";
import { useCall } from "../app/use_call.ts";
import { formatDuration, formatNumber } from "../ui/locale.ts";
import { Empty, Loading, PageHead, ProblemBox } from "../ui/parts.tsx";
import { Sparkline } from "../ui/sparkline.tsx";

const COUNTS: [name: string, label: string, to: string, search?: Record<string, string>][] = [
  ["events_24h", "events in 24 h", "/events", { since: "24h" }],
  ["deliveries_24h", "deliveries in 24 h", "/deliveries", { since: "24h" }],
  ["waiting", "waiting to be sent", "/deliveries", { status: "pending" }],
  ["dead", "dead", "/deliveries", { status: "dead" }],
  ["failing_destinations", "destinations failing", "/destinations"],
];
/** Not zero means that something is wrong. */
const BAD = new Set(["dead", "failing_destinations"]);

export default function Home() {
  const home = useCall<HomeState>("home");
  const items = home.data?.attention ?? [];
  return (
    <>
      <PageHead title="Home" detail={home.data && (items.length === 0 ? "Nothing needs you." : needs(items.length))} />
      {home.error && <ProblemBox error={home.error} retry={() => void home.refetch()} />}
      {!home.data && !home.error && <Loading />}
      {home.data && (
        <>
          <section className="counts" aria-label="Counts">
            {COUNTS.map(([name, label, to, search]) => {
              const value = Number(home.data.counts[name] ?? 0);
              return (
                <Link
                  key={name}
                  to={to}
                  search={search as never}
                  className="count"
                  data-bad={(BAD.has(name) && value > 0) || undefined}
                >
                  <strong>{formatNumber(value)}</strong>
                  <span>{label}</span>
                </Link>
              );
            })}
          </section>
          <section aria-labelledby="attention">
            <h2 id="attention">Needs you</h2>
            {items.length === 0 ? (
              <Empty title="All is well">
                Every event is applied, every delivery has arrived or will be tried again by itself.
              </Empty>
            ) : (
              <AttentionList items={items} />
            )}
          </section>
        </>
      )}
      <section aria-labelledby="traffic">
        <h2 id="traffic">The last 24 hours</h2>
        <div className="small-charts">
          <SmallChart what="events" title="Events" />
          <SmallChart what="deliveries" title="Deliveries" />
          <SmallChart what="webhook_to_commit" title="Webhook to commit, p95" series="p95" unit="ms" />
          <SmallChart what="commit_to_arrival" title="Commit to arrival, p95" series="p95" unit="ms" />
        </div>
      </section>
    </>
  );
}

const needs = (count: number) => (count === 1 ? "One thing needs you." : `${formatNumber(count)} things need you.`);

const DAY_S = 86_400;
/** To the five minutes, so that the same chart is asked for once. */
const now = () => Math.ceil(Date.now() / 300_000) * 300;

function SmallChart({ what, title, series, unit }: { what: string; title: string; series?: string; unit?: "ms" }) {
  const until = now();
  const args = {
    what,
    since: new Date((until - DAY_S) * 1000).toISOString(),
    until: new Date(until * 1000).toISOString(),
    buckets: 48,
  };
  const chart = useCall<ChartData>("chart", args, { live: false, keep: true });
  const lines = chart.data?.series.filter(({ name }) => series === undefined || name === series) ?? [];
  const values = chart.data?.times.map((_, i) => sum(lines.map(({ values: each }) => each[i] ?? null))) ?? [];
  const known = values.filter((value) => value !== null);
  const total = series ? known.at(-1) : known.reduce((all, value) => all + value, 0);
  return (
    <figure className="small-chart">
      <figcaption>
        <span>{title}</span>
        <strong>
          {total === undefined ? "–" : unit === "ms" ? formatDuration(total) : formatNumber(Math.round(total))}
        </strong>
      </figcaption>
      {chart.error ? <p className="none">{chart.error.message}</p> : <Sparkline values={values} />}
    </figure>
  );
}

function sum(values: (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((all, value) => all + value, 0);
}
