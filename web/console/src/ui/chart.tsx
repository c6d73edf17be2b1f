/** A chart with axes (uPlot). Loaded when the first chart is shown. */
import "./guard_navigator.ts";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { useEffect, useRef, useSyncExternalStore } from "react";
import type { ChartData } from "../api/types.ts";
import { usePreferences } from "../app/preferences.ts";
import { formatDuration, formatNumber } from "./locale.ts";

const HEIGHT = 190;
const COLOURS = ["--accent", "--chart-2", "--chart-3", "--chart-4", "--chart-5", "--chart-6", "--chart-7"];

/** 24 hours, and the day where it changes. For each smallest step in seconds: uPlot's format, and those of a new … */
const DAY = "\n{D} {MMM}";
const TIMES: uPlot.Axis.Values = [
  [86_400, "{D} {MMM}", null, null, null, null, null, null, 1],
  [60, "{HH}:{mm}", DAY, null, DAY, null, null, null, 1],
  [1, "{HH}:{mm}:{ss}", DAY, null, DAY, null, null, null, 1],
];

/** 1, 2, 5, 10, …: between two lines of the grid. */
const WHOLE_STEPS = Array.from({ length: 12 }, (_, i) => [1, 2, 5].map((step) => step * 10 ** i)).flat();

/** The system may go dark while the page is open: a chart is drawn anew then. */
const systemDark = matchMedia("(prefers-color-scheme: dark)");
const onSystemDark = (listener: () => void) => {
  systemDark.addEventListener("change", listener);
  return () => systemDark.removeEventListener("change", listener);
};

/** A canvas knows no variables of CSS: an element is asked what they come to. */
function colourOf(element: HTMLElement, name: string): string {
  const probe = document.createElement("span");
  probe.style.color = `var(${name})`;
  element.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

interface Props extends ChartData {
  unit: "" | "ms" | "%";
  label: string;
}

export default function Chart({ times, series, unit, label }: Props) {
  const holder = useRef<HTMLDivElement>(null);
  const { theme } = usePreferences();
  const isSystemDark = useSyncExternalStore(onSystemDark, () => systemDark.matches);
  useEffect(() => {
    const element = holder.current!;
    const show = (value: number | null) =>
      value === null
        ? "–"
        : unit === "ms"
          ? formatDuration(value)
          : `${formatNumber(Math.round(value * 10) / 10)}${unit}`;
    const axis = { stroke: colourOf(element, "--text-2"), grid: { stroke: colourOf(element, "--line"), width: 1 } };
    const plot = new uPlot(
      {
        width: element.clientWidth,
        height: HEIGHT,
        cursor: { points: { size: 6 } },
        // At least 4, so that there is room for whole steps: a third of a delivery would be written as none.
        scales: { y: { range: (_, __, most) => [0, unit === "%" ? 100 : Math.max(4, most * 1.1)] } },
        axes: [
          { ...axis, ticks: { show: false }, font: "11px system-ui", values: TIMES },
          {
            ...axis,
            size: 62,
            incrs: WHOLE_STEPS,
            ticks: { show: false },
            font: "11px system-ui",
            values: (_, values) => values.map((value) => show(value)),
          },
        ],
        series: [
          {},
          ...series.map(({ name }, i) => ({
            label: name,
            stroke: colourOf(element, COLOURS[i % COLOURS.length]!),
            width: 1.6,
            points: { show: true, size: 4, filter: (_: uPlot, index: number) => alone(series[index - 1]!.values) },
            spanGaps: false,
            value: (_: uPlot, value: number | null) => show(value),
          })),
        ],
      },
      [times, ...series.map(({ values }) => values)] as uPlot.AlignedData,
      element,
    );
    const observer = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: HEIGHT }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [times, series, unit, theme, isSystemDark]);
  return <div ref={holder} className="chart" role="img" aria-label={`${label}: ${spoken(series)}`} />;
}

/** Where a value has none beside it: no line would show it. */
function alone(values: (number | null)[]): number[] {
  const known = (i: number) => (values[i] ?? null) !== null;
  return values.flatMap((_, i) => (known(i) && !known(i - 1) && !known(i + 1) ? [i] : []));
}

/** The last value of each series, for whoever sees no chart. */
function spoken(series: ChartData["series"]): string {
  return series
    .map(({ name, values }) => `${name} ${formatNumber(values.findLast((value) => value !== null) ?? 0)}`)
    .join(", ");
}
