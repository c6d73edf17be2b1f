/** No line of a source file or page is wider than 120 columns. */

const MAX_COLUMNS = 120;

/** @returns a line for each line that is too wide. `text` is the content of `file`. */
export function findWideLines(file: string, text: string): string[] {
  return text.split("\n").flatMap((line, i) => {
    // Code points: a person counts "é" or "…" as one column.
    const columns = [...line].length;
    if (columns <= MAX_COLUMNS || mayBeWide(file, line)) return [];
    return [`${file}:${i + 1}: ${columns} columns. Wrap it at ${MAX_COLUMNS}.`];
  });
}

const LITERAL = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`|\/(?:[^/\\]|\\.)+\/[a-z]*/g;
/** A literal of code this long may reach, with what follows it, beyond the limit: the formatter leaves it whole. */
const LONG_LITERAL = 80;

/** A row of a Markdown table, a line that is one word, such as an address, and a literal of code cannot be wrapped. */
function mayBeWide(file: string, line: string): boolean {
  if (file.endsWith(".md") && line.trimStart().startsWith("|")) return true;
  const words = line
    .trim()
    .split(/\s+/)
    .filter((word) => !/^([-*>#]|\/\/|--|\/\*\*|\*\/|\d+\.)$/.test(word));
  if (words.length === 1) return true;
  if (!/\.[cm]?[jt]s$/.test(file) || /^\s*(\/\/|\*|\/\*)/.test(line)) return false;
  return (line.match(LITERAL) ?? []).some(({ length }) => length >= LONG_LITERAL);
}
