/** Runs Biome, the formatter and linter. */
import path from "node:path";
import { type Ran, type RunOptions, run } from "../local/supabase_cli.ts";
import { ROOT } from "./schema/schema.ts";

export function biome(args: string[], options: Pick<RunOptions, "input" | "signal"> = {}): Promise<Ran> {
  const program = path.join(ROOT, "node_modules/.bin/biome");
  return run(program, [...args, "--colors=off"], { cwd: ROOT, env: process.env, ...options });
}

/** `source` as `npm run format` would leave it in `file`. */
export async function formatted(source: string, file: string, signal?: AbortSignal): Promise<string> {
  const { code, stdout, stderr } = await biome(["format", `--stdin-file-path=${file}`], { input: source, signal });
  if (code !== 0) throw new Error(`Biome could not format ${file}:\n${stderr}`);
  return stdout;
}
