import { lazy, Suspense, useState } from "react";
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

const CHARTS: [what: string, title: string, unit: "" | "ms" | "%"][] = [
  ["events", "Events", ""],
  ["deliveries", "Deliveries", ""],
  ["success_by_provider", "Applied at once, by provider", "%"],
  ["success_by_destination", "Delivered, by destination", "%"],
  ["webhook_to_commit", "Webhook to commit", "ms"],
  ["commit_to_arrival", "Commit to arrival", "ms"],
  ["capture_to_order", "Captured payment to order", "ms"],
  ["backlog", "Backlog", ""],
];

export default function Charts() {
  const [span, setSpan] = useState(86_400);
  // To a bucket, so that charts of one span ask for the same time.
  const step = span / BUCKETS;
  const until = Math.floor(Date.now() / 1000 / step) * step;
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
        {CHARTS.map(([what, title, unit]) => (
          <ChartCard key={what} what={what} title={title} unit={unit} since={until - span} until={until} />
        ))}
      </div>
    </>
  );
}

interface CardProps {
  what: string;
  title: string;
  unit: "" | "ms" | "%";
  since: number;
  until: number;
}

function ChartCard({ what, title, unit, since, until }: CardProps) {
  const args = {
    what,
    since: new Date(since * 1000).toISOString(),
    until: new Date(until * 1000).toISOString(),
    buckets: BUCKETS,
  };
  const chart = useCall<ChartData>("chart", args, { keep: true });
  return (
    <section className="chart-card" aria-label={title}>
      <h2>
        {title}
        {unit && <span className="none"> {unit}</span>}
      </h2>
      {chart.error && <ProblemBox error={chart.error} />}
      {!chart.data && !chart.error && <Loading />}
      {chart.data && (
        <Suspense fallback={<Loading />}>
          <Chart data={chart.data} unit={unit} label={title} />
        </Suspense>
      )}
    </section>
  );
}
