/**
 * A payload as lines to be shown. The text stays as it was received: it is never parsed into numbers, which would round
 * large ones.
 */

/** A longer line is shown in pieces: a browser stalls on one line of megabytes. */
const MAX_LINE = 400;

/** The text's lines; a long one in several. Joined by nothing, with their line ends, they are the text. */
export function linesOf(text: string): string[] {
  const lines: string[] = [];
  for (let at = 0; at < text.length; ) {
    const lineBreak = text.indexOf("\n", at);
    const end = Math.min(lineBreak === -1 ? text.length : lineBreak + 1, at + MAX_LINE);
    lines.push(text.slice(at, end));
    at = end;
  }
  return lines;
}

/**
 * JSON with line breaks and indents, by its characters alone: every number, escape and key keeps its spelling and its
 * place. What is not JSON comes out with all its characters too.
 */
export function indentJson(text: string): string {
  const out: string[] = [];
  let depth = 0;
  let at = 0;
  const lineBreak = () => out.push("\n", "  ".repeat(Math.max(depth, 0)));
  const token = /"(?:[^"\\]|\\.)*"|[{}[\],:]|\s+|[^"{}[\],:\s]+|"/gy;
  token.lastIndex = at;
  for (let found = token.exec(text); found; found = token.exec(text)) {
    const [part] = found;
    at = token.lastIndex;
    if (part === "{" || part === "[") {
      const closing = /[}\]]/y;
      const rest = /\s*/y;
      rest.lastIndex = at;
      rest.exec(text);
      closing.lastIndex = rest.lastIndex;
      if (closing.test(text)) {
        out.push(part, text[rest.lastIndex]!);
        token.lastIndex = rest.lastIndex + 1;
        at = token.lastIndex;
      } else {
        depth++;
        out.push(part);
        lineBreak();
      }
    } else if (part === "}" || part === "]") {
      depth--;
      lineBreak();
      out.push(part);
    } else if (part === ",") {
      out.push(part);
      lineBreak();
    } else if (part === ":") out.push(": ");
    else if (!/^\s+$/.test(part)) out.push(part);
  }
  out.push(text.slice(at));
  return out.join("");
}
