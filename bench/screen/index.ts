/**
 * What people wait for at a screen: the first paint of the console and the shop, what their browser downloads, and how
 * soon a committed row is seen, beside bare pages. Method and results: bench/README.md.
 */
import { describeMachine, machineLine } from "../../simulator/machine.ts";
import { countOf, runBenchmark } from "../lib/benchmark.ts";
import { writeResults } from "../lib/results.ts";
import { median, percentile } from "../lib/statistics.ts";
import { table } from "../lib/table.ts";
import { type Bundle, measureBundle } from "./bundles.ts";
import { measureSightings, type Sighting } from "./commit_to_screen.ts";
import { measurePaints, type Paint } from "./first_paint.ts";
import { CONSOLE, openScreens } from "./setup.ts";

const HELP = `
Measures how soon the console and the shop are seen in a browser, what it downloads of them, and how soon a row that is
committed is seen in an open page, beside a bare page with postgres_changes and one that asks each second.

npm run bench -- screen [--quick] [--rounds N] [--rows N] [--paints N] [--output PATH]

  --quick        little work, to see that it works: nothing is written unless --output says where
  --rounds N     turns of each page with committed rows (default 3; quick: 1)
  --rows N       rows in a turn (default 10; quick: 3)
  --paints N     how often each page is opened at each speed (default 5; quick: 1)
  --output PATH  where the raw results go (default bench/results/screen.json)`;

/** The console is told of an area at most so often; a row that follows sooner is found by its second look. */
const TOLD_EVERY_MS = 1_000;

interface Plan {
  rounds: number;
  rows: number;
  paints: number;
}

interface Spread {
  samples: number;
  min_ms: number;
  p50_ms: number;
  p95_ms: number;
  max_ms: number;
}

function spreadOf(values: number[]): Spread {
  return {
    samples: values.length,
    min_ms: Math.min(...values),
    p50_ms: Math.round(median(values)),
    p95_ms: Math.round(percentile(values, 95)),
    max_ms: Math.max(...values),
  };
}

function summarizePaints(paints: Paint[]) {
  const kinds = [...new Set(paints.map(({ page, slowdown }) => JSON.stringify([page, slowdown])))].sort();
  return kinds.map((kind) => {
    const [page, slowdown] = JSON.parse(kind) as [string, number];
    const own = paints.filter((paint) => paint.page === page && paint.slowdown === slowdown);
    return {
      page,
      slowdown,
      first_paint: spreadOf(own.map(({ first_paint_ms }) => first_paint_ms)),
      content: spreadOf(own.map(({ content_ms }) => content_ms)),
    };
  });
}

function summarizeSightings(sightings: Sighting[]) {
  const groups = [...new Set(sightings.map(({ watcher }) => watcher))].flatMap((watcher) => {
    const own = sightings.filter((one) => one.watcher === watcher);
    if (watcher !== CONSOLE) return [{ row: watcher, own }];
    return [
      { row: `${watcher}: a row by itself`, own: own.filter(({ after_ms }) => after_ms > TOLD_EVERY_MS) },
      { row: `${watcher}: within a second of one`, own: own.filter(({ after_ms }) => after_ms <= TOLD_EVERY_MS) },
    ];
  });
  return groups
    .filter(({ own }) => own.length > 0)
    .map(({ row, own }) => ({ row, ...spreadOf(own.map(({ ms }) => ms)) }));
}

type Paints = ReturnType<typeof summarizePaints>;
type Sightings = ReturnType<typeof summarizeSightings>;

function report(bundles: Bundle[], paints: Paints, sightings: Sightings): string {
  const kb = (bytes: number) => (bytes / 1024).toFixed(1);
  const sizes = bundles.flatMap(({ page, first_load, lazy, everything }) => [
    [`${page}, first load`, kb(first_load)],
    ...lazy.map(({ module, bytes }) => [`  ${module}`, kb(bytes)]),
    [`${page}, all files`, kb(everything)],
  ]);
  const painted = paints.map(({ page, slowdown, first_paint, content }) => [
    `${page}${slowdown > 1 ? `, ${slowdown}× slower` : ""}`,
    ...[first_paint, content].flatMap(({ min_ms, p50_ms, max_ms }) => [min_ms, p50_ms, max_ms].map(String)),
  ]);
  const seen = sightings.map(({ row, samples, min_ms, p50_ms, p95_ms, max_ms }) => [
    row,
    ...[samples, min_ms, p50_ms, p95_ms, max_ms].map(String),
  ]);
  return [
    table(["gzipped, of later parts what they add to the first load", "KB"], sizes),
    table(["opened with an empty cache", "first paint min", "p50", "max", "content min", "p50", "max ms"], painted),
    table(["from commit to screen", "rows", "min", "p50", "p95", "max ms"], seen),
  ].join("\n\n");
}

async function measure(plan: Plan, output: string | undefined): Promise<void> {
  const startedAt = new Date();
  const machine = describeMachine(["@sparticuz/chromium", "playwright-core", "@supabase/supabase-js"]);
  const progress = (line: string) => console.error(line);
  const bundles = [await measureBundle("console", ["src/pages/home.tsx"]), await measureBundle("storefront")];
  const { browser, sql, openings, watchers, stop } = await openScreens();
  try {
    const paints = await measurePaints(browser, openings, plan.paints);
    progress(`${paints.length} pages opened`);
    const sightings = await measureSightings(sql, watchers, { ...plan, progress });
    const [firstPaint, commitToScreen] = [summarizePaints(paints), summarizeSightings(sightings)];
    console.log(`${machineLine(machine)}, Chromium ${browser.version()}\n`);
    console.log(report(bundles, firstPaint, commitToScreen));
    await writeResults(output, startedAt, {
      machine,
      chromium: browser.version(),
      watchers: Object.fromEntries(watchers.map(({ name, does }) => [name, does])),
      bundles,
      first_paint: firstPaint,
      commit_to_screen: commitToScreen,
      paints,
      sightings,
    });
  } finally {
    await stop();
  }
}

await runBenchmark(
  {
    name: "screen",
    help: HELP,
    options: { rounds: { type: "string" }, rows: { type: "string" }, paints: { type: "string" } },
  },
  ({ quick, rounds, rows, paints }, output) =>
    measure(
      {
        rounds: countOf("rounds", rounds, quick ? 1 : 3),
        rows: countOf("rows", rows, quick ? 3 : 10),
        paints: countOf("paints", paints, quick ? 1 : 5),
      },
      output,
    ),
);
