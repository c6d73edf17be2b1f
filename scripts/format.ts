/** `npm run format`: formats everything, and repairs what Biome's linter can repair. */
import { biome } from "./biome.ts";
import { Failure, main, type RunOptions, runCommand } from "./command.ts";

const HELP = `
Formats all files that Biome knows, and applies the safe fixes of its linter.

npm run format`;

/** Runs the command; resolves to its exit code. */
function format(args: string[], { signal }: RunOptions = {}): Promise<number> {
  return runCommand({ help: HELP }, args, signal, async () => {
    const ran = await biome(["check", "--write", "."], { signal });
    if (ran.code !== 0) throw new Failure(`${ran.stdout}${ran.stderr}`.trim());
    console.log(ran.stdout.trim());
  });
}

await main(import.meta.url, format);
