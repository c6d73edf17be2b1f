const MAX_CHARACTERS = 9000;

/**
 * Writes one JSON object per line, the format that Supabase's hosted log search reads. A line is cut to 9,000
 * characters, below the limit of that log search (10,000). An Error in `details` is written as its message.
 */
export function log(level: "info" | "warn" | "error", message: string, details: Record<string, unknown> = {}): void {
  const line = JSON.stringify({ level, message, ...details }, (_, value) =>
    value instanceof Error ? value.message : value,
  );
  console[level](line.length > MAX_CHARACTERS ? `${line.slice(0, MAX_CHARACTERS)}…` : line);
}
