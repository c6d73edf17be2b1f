import { lazy, Suspense, useMemo, useState } from "react";
import type { ChartData } from "../api/types.ts";
import { useCall } from "../app/use_call.ts";
import { Loading, PageHead, ProblemBox } from "../ui/parts.tsx";

const Chart = lazy(() => import("../ui/chart.tsx"));

const SPANS: [label: string, seconds: number][] = [
  ["1 h", 3_600],
  ["6 h", 21_600],
  ["24 h", 86_400],
  ["7 d", 604_800],
  ["30 d", 2_592_000],
];
const BUCKETS = 120;

const CHARTS: [what: string, title: string, unit: "" | "ms" | "%", series?: string][] = [
  ["events", "Events", ""],
  ["deliveries", "Attempts to deliver", ""],
  ["success_by_provider", "Success by provider", "%"],
  ["success_by_destination", "Success by destination", "%"],
  ["webhook_to_commit", "Webhook to commit", "ms"],
  ["commit_to_arrival", "Commit to arrival", "ms"],
  ["capture_to_order", "Captured payment to order", "ms"],
  ["backlog", "Deliveries waiting", "", "waiting"],
  ["backlog", "Age of the oldest waiting", "ms", "oldest"],
];

export default function Charts() {
  const [span, setSpan] = useState(86_400);
  // To a bucket, so that charts of one span ask for the same time.
  const step = span / BUCKETS;
  const until = Math.ceil(Date.now() / 1000 / step) * step;
  return (
    <>
      <PageHead title="Charts">
        <fieldset className="segments">
          <legend className="for-readers">Time</legend>
          {SPANS.map(([label, seconds]) => (
            <button key={label} type="button" aria-pressed={seconds === span} onClick={() => setSpan(seconds)}>
              {label}
            </button>
          ))}
        </fieldset>
      </PageHead>
      <div className="charts">
        {CHARTS.map(([what, title, unit, only]) => (
          <ChartCard key={title} what={what} only={only} title={title} unit={unit} since={until - span} until={until} />
        ))}
      </div>
    </>
  );
}

interface CardProps {
  what: string;
  /** The one series that is shown. Default: all. */
  only?: string;
  title: string;
  unit: "" | "ms" | "%";
  since: number;
  until: number;
}

function ChartCard({ what, only, title, unit, since, until }: CardProps) {
  const args = {
    what,
    since: new Date(since * 1000).toISOString(),
    until: new Date(until * 1000).toISOString(),
    buckets: BUCKETS,
  };
  const chart = useCall<ChartData>("chart", args, { keep: true });
  const { data } = chart;
  // The same array while the data is the same: another one draws the chart anew.
  const series = useMemo(
    () => data?.series.filter(({ name }) => only === undefined || name === only) ?? [],
    [data, only],
  );
  return (
    <section className="chart-card" aria-label={title}>
      <h2>
        {title}
        {unit && <span className="none"> {unit}</span>}
      </h2>
      {chart.error && <ProblemBox error={chart.error} />}
      {!chart.data && !chart.error && <Loading />}
      {chart.data && series.length === 0 && <p className="chart-empty">Nothing happened in this time.</p>}
      {chart.data && series.length > 0 && (
        <Suspense fallback={<Loading />}>
          <Chart times={chart.data.times} series={series} unit={unit} label={title} />
        </Suspense>
      )}
    </section>
  );
}
