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

/** A row of a Markdown table, and a line that is one word, such as an address, cannot be wrapped. */
function mayBeWide(file: string, line: string): boolean {
  const words = line
    .trim()
    .split(/\s+/)
    .filter((word) => !/^([-*>#]|\/\/|--|\/\*\*|\*\/|\d+\.)$/.test(word));
  return (file.endsWith(".md") && line.trimStart().startsWith("|")) || words.length === 1;
}
