/** The page that GitHub Actions shows of a run: plan and result, in Markdown. */
import { appendFile } from "node:fs/promises";

export interface Report {
  title: string;
  checks: string[];
  plan: string[];
  /** Each step that was done, and what it said. */
  done: { step: string; lines: string[] }[];
  next: string[];
}

const block = (lines: string[]) => ["```text", ...lines.flatMap((line) => line.split("\n")), "```", ""];

export async function writeSummary(
  file: string | undefined,
  report: Report,
  failure: string | undefined,
): Promise<void> {
  if (!file) return;
  const section = (title: string, lines: string[]) => (lines.length === 0 ? [] : [`## ${title}`, "", ...block(lines)]);
  const lines = [
    `# ${report.title}`,
    "",
    failure === undefined ? "Done." : "**Failed.**",
    "",
    ...section("What failed", failure === undefined ? [] : [failure]),
    ...section("Checks", report.checks),
    ...section("Plan", report.plan),
    ...section(
      "Done",
      report.done.flatMap(({ step, lines }) => [step, ...lines.map((line) => `  ${line}`)]),
    ),
    ...section("Next", report.next),
  ];
  await appendFile(file, `${lines.join("\n")}\n`);
}
