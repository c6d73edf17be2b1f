/** A small line without axes. What it shows stands beside it as a number. */
const WIDTH = 240;
const HEIGHT = 44;

export function Sparkline({ values }: { values: (number | null)[] }) {
  const most = Math.max(1, ...values.map((value) => value ?? 0));
  const x = (i: number) => (i / Math.max(1, values.length - 1)) * WIDTH;
  const y = (value: number) => HEIGHT - 2 - (value / most) * (HEIGHT - 6);
  let path = "";
  let gap = true;
  values.forEach((value, i) => {
    if (value !== null) path += `${gap ? "M" : "L"}${x(i).toFixed(1)} ${y(value).toFixed(1)}${gap ? "h0.01" : ""}`;
    gap = value === null;
  });
  return (
    <svg className="sparkline" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      <path className="sparkline-base" d={`M0 ${HEIGHT - 1.5}H${WIDTH}`} />
      <path d={path} vectorEffect="non-scaling-stroke" />
    </svg>
  );
}
