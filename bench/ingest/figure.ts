/**
 * Draws docs/pictures/ingest.svg from results/ingest.json: events a second of the full effect, by contender and number
 * of connections.
 */
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { median } from "../lib/statistics.ts";
import type { Turn } from "./rounds.ts";

export const RESULTS = path.join(import.meta.dirname, "../results", "ingest.json");
const FIGURE = path.join(import.meta.dirname, "../../docs/pictures/ingest.svg");

/** Those that leave the same rows behind, and how they are filled. */
const SHOWN = [
  { contender: "hand-written statements", fill: "statements" },
  { contender: "hand-written function", fill: "function" },
  { contender: "signalbox", fill: "ours" },
  { contender: "ceiling", fill: "ceiling" },
];

const WIDTH = 760;
const PLOT = { left: 56, right: 744, top: 64, bottom: 300 };
const BAR = { width: 40, gap: 8 };
/** Distances between two lines of the scale that read well. */
const STEPS = [50, 100, 200, 250, 500, 1000, 2000, 5000];

interface Results {
  started_at: string;
  machine: { cpu: string; cores: number };
  turns: Turn[];
}

/** The figure, as SVG: a bar is the median of the rounds, the line on it goes from the least to the most. */
function drawFigure({ started_at, machine, turns }: Results): string {
  const groups = [...new Set(turns.map(({ connections }) => connections))].sort((a, b) => a - b);
  const speeds = (contender: string, connections: number) =>
    turns
      .filter((turn) => turn.contender === contender && turn.connections === connections)
      .map((turn) => turn.events_per_second)
      .sort((a, b) => a - b);
  const shown = SHOWN.filter(({ contender }) => turns.some((turn) => turn.contender === contender));
  const most = Math.max(...shown.flatMap(({ contender }) => groups.flatMap((group) => speeds(contender, group))));
  const step = STEPS.find((one) => most / one <= 6) ?? STEPS.at(-1)!;
  const top = Math.ceil(most / step) * step;
  const y = (speed: number) => PLOT.bottom - ((PLOT.bottom - PLOT.top) * speed) / top;
  const at = (value: number) => value.toFixed(1);

  const scale = Array.from({ length: top / step + 1 }, (_, i) => i * step).map(
    (speed) => `
  <path class="grid" d="M${PLOT.left} ${at(y(speed))}H${PLOT.right}"/>
  <text class="text" x="${PLOT.left - 8}" y="${at(y(speed) + 4)}" text-anchor="end">${speed}</text>`,
  );
  const groupWidth = (PLOT.right - PLOT.left) / groups.length;
  const barsWidth = shown.length * BAR.width + (shown.length - 1) * BAR.gap;
  const bars = groups.flatMap((group, i) => {
    const left = PLOT.left + groupWidth * i + (groupWidth - barsWidth) / 2;
    const label = `
  <text class="name" x="${at(left + barsWidth / 2)}" y="${PLOT.bottom + 24}" text-anchor="middle">${group} ${
    group === 1 ? "connection" : "connections"
  }</text>`;
    const valueAt = (x: number, speed: number, top: number) => `
  <text class="value" x="${at(x)}" y="${at(top)}" text-anchor="middle">${Math.round(speed)}</text>`;
    return [
      label,
      ...shown.map(({ contender, fill }, place) => {
        const sorted = speeds(contender, group);
        if (sorted.length === 0) return "";
        const x = left + place * (BAR.width + BAR.gap);
        const center = x + BAR.width / 2;
        const speed = median(sorted);
        const [least, last] = [y(sorted[0]!), y(sorted.at(-1)!)];
        return `
  <rect class="${fill}" x="${at(x)}" y="${at(y(speed))}" width="${BAR.width}" height="${at(PLOT.bottom - y(speed))}">
    <title>${contender}, ${group}: ${Math.round(speed)} events/s</title>
  </rect>
  <path class="spread" d="M${at(center)} ${at(least)}V${at(last)}"/>${valueAt(center, speed, last - 6)}`;
      }),
    ];
  });
  const key = shown.map(
    ({ contender, fill }, i) => `
  <rect class="${fill}" x="${PLOT.left + i * 185}" y="24" width="12" height="12"/>
  <text class="text" x="${PLOT.left + 18 + i * 185}" y="34">${contender}</text>`,
  );
  const day = started_at.slice(0, 10);
  const rounds = Math.max(...turns.map(({ round }) => round));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} 360" role="img" aria-labelledby="title desc" font-family="system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif">
  <title id="title">Paid checkouts taken in, events a second</title>
  <desc id="desc">Bars of the median of ${rounds} rounds at ${groups.join(", ")} connections, for ${shown
    .map(({ contender }) => contender)
    .join(", ")}.</desc>
  <style>
    .text { fill: #57606a; font-size: 12.5px; }
    .name { fill: #1f2328; font-size: 14px; font-weight: 600; }
    .value { fill: #1f2328; font-size: 12.5px; }
    .grid { stroke: #d0d7de; stroke-width: 1; }
    .spread { stroke: #1f2328; stroke-width: 1.5; }
    .statements { fill: #afb8c1; }
    .function { fill: #818b98; }
    .ours { fill: #0969da; }
    .ceiling { fill: #dfc48c; }
    @media (prefers-color-scheme: dark) {
      .text { fill: #9198a1; }
      .name, .value { fill: #f0f6fc; }
      .grid { stroke: #3d444d; }
      .spread { stroke: #f0f6fc; }
      .statements { fill: #656c76; }
      .function { fill: #9198a1; }
      .ours { fill: #4493f8; }
      .ceiling { fill: #9e7a2f; }
    }
  </style>${key.join("")}${scale.join("")}${bars.join("")}
  <text class="text" x="${PLOT.left}" y="352">
    Median of ${rounds} rounds, line: least to most. ${machine.cores} × ${machine.cpu}, one Postgres, ${day}.
  </text>
</svg>
`;
}

/** Draws the committed results anew. */
export async function writeFigure(): Promise<void> {
  await writeFile(FIGURE, drawFigure(JSON.parse(await readFile(RESULTS, "utf8"))));
}
