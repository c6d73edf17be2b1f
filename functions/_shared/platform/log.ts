/** One JSON object a line, as hosted log search wants it; cut below its limit of 10,000 characters. */
export function log(level: "info" | "warn" | "error", message: string, details: Record<string, unknown> = {}): void {
  const line = JSON.stringify({ level, message, ...details }, (_, value) =>
    value instanceof Error ? value.message : value,
  );
  console[level](line.length > 9000 ? `${line.slice(0, 9000)}…` : line);
}
