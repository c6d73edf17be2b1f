/** `npm run types`: the database's types for TypeScript, by `supabase gen types`. */
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { database, supabase } from "../local/supabase_cli.ts";
import { formatted } from "./biome.ts";
import { cliOutput } from "./cli_output.ts";
import { Failure, main, type RunOptions, runCommand } from "./command.ts";
import { ROOT } from "./schema/schema.ts";
import { startSchemaStack } from "./schema/schema_stack.ts";

const HELP = `
Writes functions/_shared/platform/database_types.ts: the types of all tables, views, functions and enums of sql/, as
\`supabase gen types\` makes them. Run it after a change of sql/, and commit the file.

npm run types              writes it
npm run types -- --check   only says whether it is stale (exit code 1)`;

const FILE = "functions/_shared/platform/database_types.ts";
const SCHEMAS = ["public", "inbox", "outbox", "commerce", "learning", "tutoring", "calendar", "community", "ops"];

/** Runs the command; resolves to its exit code. */
function types(args: string[], { signal }: RunOptions = {}): Promise<number> {
  const options = { check: { type: "boolean" } } as const;
  return runCommand({ help: HELP, options }, args, signal, async ({ values }) => {
    const stack = await startSchemaStack(signal);
    try {
      if (values.check) {
        const stale = await findStaleTypes(stack.dbUrl, signal);
        if (stale !== undefined) throw new Failure(stale);
        console.log(`${FILE} is what sql/ says.`);
      } else {
        await writeFile(path.join(ROOT, FILE), await generateTypes(stack.dbUrl, signal));
        console.log(`Wrote ${FILE}.`);
      }
    } finally {
      await stack.stop();
    }
  });
}

/** @returns what to do when the committed types are not those of the database at `dbUrl`; undefined when they are. */
export async function findStaleTypes(dbUrl: string, signal?: AbortSignal): Promise<string | undefined> {
  const committed = await readFile(path.join(ROOT, FILE), "utf8").catch(() => "");
  if (committed === (await generateTypes(dbUrl, signal))) return undefined;
  return `${FILE} is stale: sql/ has changed since it was written. Run: npm run types`;
}

/** The content of the file for the database at `dbUrl`, formatted as the rest of the code. */
async function generateTypes(dbUrl: string, signal: AbortSignal | undefined): Promise<string> {
  const { remote, env } = database(dbUrl);
  const generated = await supabase(["gen", "types", remote, "--schema", SCHEMAS.join(",")], { env, signal });
  if (generated.code !== 0) throw new Failure(`supabase gen types failed:\n${cliOutput(generated)}`);
  const source = `// Written by \`npm run types\` from sql/; do not edit. Types only: nothing of it is loaded.\n${generated.stdout}`;
  return formatted(source, FILE, signal);
}

await main(import.meta.url, types);
