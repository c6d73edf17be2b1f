import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { drawFigure, FIGURE, RESULTS } from "../../bench/ingest/figure.ts";

const turn = (contender: string, round: number, events_per_second: number) => ({
  ...{ contender, connections: 16, round, events: 10, seconds: 1, events_per_second },
  ...{ p50_ms: 1, p99_ms: 1, client_cpu_ms_per_event: 1, postgres_cpu_ms_per_event: 1 },
});

test("a bar is as high as the median of its rounds", () => {
  const turns = [100, 300, 200].map((speed, i) => turn("signalbox", i + 1, speed));
  turns.push(...[90, 110, 100].map((speed, i) => turn("hand-written function", i + 1, speed)));
  const svg = drawFigure({ started_at: "2026-11-29T00:00:00Z", machine: { cpu: "Any", cores: 2 }, turns });
  const height = (fill: string) =>
    Number(svg.match(new RegExp(`<rect class="${fill}"[^>]*width="40" height="([\\d.]+)"`))?.[1]);
  expect(height("ours") / height("function")).toBeCloseTo(2, 1);
  expect(svg).toContain("Median of 3 rounds");
});

test("docs/pictures/ingest.svg shows the committed results", async () => {
  expect(await readFile(FIGURE, "utf8")).toBe(drawFigure(JSON.parse(await readFile(RESULTS, "utf8"))));
});
