/** `npm run format`: formats everything, and repairs what Biome's linter can repair. */
import path from "node:path";
import { run } from "../local/supabase_cli.ts";
import { Failure, main, type RunOptions, runCommand } from "./command.ts";
import { ROOT } from "./schema/schema.ts";

const HELP = `
Formats all files that Biome knows, and applies the safe fixes of its linter.

npm run format`;

/** Runs the command; resolves to its exit code. */
function format(args: string[], { signal }: RunOptions = {}): Promise<number> {
  return runCommand({ help: HELP }, args, signal, async () => {
    const biome = path.join(ROOT, "node_modules/.bin/biome");
    const ran = await run(biome, ["check", "--write", "--colors=off", "."], { cwd: ROOT, env: process.env, signal });
    if (ran.code !== 0) throw new Failure(`${ran.stdout}${ran.stderr}`.trim());
    console.log(ran.stdout.trim());
  });
}

await main(import.meta.url, format);
