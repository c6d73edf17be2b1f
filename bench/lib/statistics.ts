/** Few numbers that say enough. */

export function median(values: number[]): number {
  return percentile(values, 50);
}

/** The value that `p` percent of the values do not exceed, between two of them where it falls there. */
export function percentile(values: number[], p: number): number {
  if (values.length === 0) return Number.NaN;
  const sorted = [...values].sort((a, b) => a - b);
  const at = (p / 100) * (sorted.length - 1);
  const low = sorted[Math.floor(at)]!;
  return low + (sorted[Math.ceil(at)]! - low) * (at % 1);
}
