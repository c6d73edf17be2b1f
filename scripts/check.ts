/**
 * `npm run check`: everything that can be checked without running anything of ours. The checks are in scripts/check/.
 */
import { availableParallelism } from "node:os";
import { CHECKS } from "./check/index.ts";
import { main, type RunOptions, runCommand, UsageError } from "./command.ts";

const HELP = `
Checks types, lint and format, imports, dead code, names, line width, comments, sql/ and new migrations. It changes
nothing; \`npm run format\` repairs what can be repaired.

npm run check [-- <name>…]   all checks, or those that are named

${CHECKS.map(({ name, what }) => `  ${name.padEnd(11)} ${what}`).join("\n")}

Exit code: 0 when all hold, 1 when not.`;

const MAX_LINES = 40;

/** Runs the command; resolves to its exit code. */
function check(args: string[], { signal }: RunOptions = {}): Promise<number> {
  return runCommand({ help: HELP, allowPositionals: true }, args, signal, async ({ positionals }) => {
    const unknown = positionals.find((name) => !CHECKS.some((one) => one.name === name));
    if (unknown !== undefined) throw new UsageError(`There is no check "${unknown}".`);
    const left = CHECKS.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
    let failed = 0;
    const worker = async () => {
      for (let one = left.shift(); one; one = left.shift()) {
        const complaint = await one.run(signal);
        console.log(`${complaint === undefined ? "ok    " : "FAILED"} ${one.name}: ${one.what}`);
        if (complaint === undefined) continue;
        failed++;
        console.log(shown(complaint, one.name, positionals.length === 0).replace(/^/gm, "       "));
      }
    };
    await Promise.all(Array.from({ length: availableParallelism() }, worker));
    return failed === 0 ? 0 : 1;
  });
}

/** All of it, or its beginning where other checks are waiting to be read. */
function shown(complaint: string, name: string, short: boolean): string {
  const lines = complaint.split("\n");
  if (!short || lines.length <= MAX_LINES) return complaint;
  return `${lines.slice(0, MAX_LINES).join("\n")}\n… ${lines.length} lines: npm run check -- ${name}`;
}

await main(import.meta.url, check);
