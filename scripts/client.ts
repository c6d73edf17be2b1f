/** `npm run client`: the package of clients/web, as it would be published. */
import path from "node:path";
import { run } from "../local/supabase_cli.ts";
import { TSC } from "./check/index.ts";
import { Failure, main, type RunOptions, runCommand } from "./command.ts";
import { ROOT } from "./schema/schema.ts";

const HELP = `
Builds clients/web, the package signalbox-web for pages and Node: ES modules with types, in clients/web/dist. Then
"npm pack ./clients/web" makes the file to install elsewhere. Nothing is published.

npm run client`;

/** Builds into `folder`. @throws Failure with what the compiler says. */
export async function buildWebClient(folder: string, signal?: AbortSignal): Promise<void> {
  const args = ["-p", path.join(ROOT, "clients/web"), "--outDir", folder, "--pretty", "false"];
  const ran = await run(process.execPath, [TSC, ...args], { cwd: ROOT, env: process.env, signal });
  if (ran.code !== 0) throw new Failure(`clients/web cannot be built:\n${ran.stdout}${ran.stderr}`);
}

/** Runs the command; resolves to its exit code. */
export function client(args: string[], { signal }: RunOptions = {}): Promise<number> {
  return runCommand({ help: HELP }, args, signal, async () => {
    await buildWebClient(path.join(ROOT, "clients/web/dist"), signal);
    console.log("Wrote clients/web/dist. To install it elsewhere: npm pack ./clients/web");
  });
}

await main(import.meta.url, client);
