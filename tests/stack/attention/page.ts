/** docs/reference/faults.md: what ops.attention said of each fault that faults.test.ts planted. */
import { formatted } from "../../../scripts/biome.ts";

export const PAGE = "docs/reference/faults.md";

/** A fault as it was planted, seen and mended. */
export interface Seen {
  fault: string;
  /** How long after it began it is told, at the latest. */
  within: string;
  what: string;
  severity: string;
  why: string;
  remedy: string;
  /** What was the case after the remedy was pasted. */
  effect: string;
}

/** Without what differs from run to run: ids, times and running numbers. */
function steady(text: string): string {
  return text
    .replace(/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, "<id>")
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "<time>")
    .replace(/\border \d+/g, "order <number>")
    .replace(/\b(pi|du)_\w+/g, "$1_<id>")
    .replace(/((?:retry|cancel|disable_route)\()\d+/g, "$1<id>");
}

const cell = (text: string) => steady(text).replaceAll("|", "\\|").replaceAll("<", "\\<").replaceAll("\n", " ");

/** Lines of at most 116 characters; those that follow a comment's first are comments, too. */
function wrapped(sql: string): string {
  return sql
    .split("\n")
    .map((line) =>
      line
        .replace(/(.{1,116})(?: |$)/g, "$1\n")
        .trimEnd()
        .replaceAll("\n", line.startsWith("--") ? "\n-- " : "\n  "),
    )
    .join("\n");
}

export async function pageOf(seen: Seen[]): Promise<string> {
  const rows = seen.map(
    ({ fault, within, what, severity, why, effect }) =>
      `| ${[fault, within, `${what} (${severity})`, cell(why), effect].join(" | ")} |`,
  );
  const remedies = seen.map(
    ({ fault, what, remedy }) => `### ${fault}\n\n"${what}"\n\n\`\`\`sql\n${wrapped(steady(remedy))}\n\`\`\`\n`,
  );
  const page = `# Faults, and what ops.attention says of them

Made by \`tests/stack/attention/faults.test.ts\`, which plants each of these faults in a whole stack, reads the
sentence, pastes the remedy exactly as it stands (with the reason filled in), and sees it mended. After a change:
\`npx vitest run tests/stack/attention -u\`.

"Told within" is by construction: how long the rule waits, and one run of \`ops.tell_attention\`, which cron starts
every minute. What is a \`note\` is in \`ops.attention\` and in the daily digest, and raises no alert.

| Fault | Told within | In \`ops.attention\` | The sentence | After the remedy |
| --- | --- | --- | --- | --- |
${rows.join("\n")}

## Remedies

\`'<why>'\` is a reason that a person writes; a statement that still has it is refused, and nothing is changed.

${remedies.join("\n")}`;
  return await formatted(page, PAGE);
}
