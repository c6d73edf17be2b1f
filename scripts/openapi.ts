/** `npm run openapi`: writes docs/reference/openapi.json and docs/reference/functions.md. See HELP. */
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { formatted } from "./biome.ts";
import { main, type RunOptions, runCommand } from "./command.ts";
import { openApi } from "./openapi/document.ts";
import { readErrors } from "./openapi/errors_table.ts";
import { pageOf } from "./openapi/page.ts";
import { ROOT } from "./schema/schema.ts";

const HELP = `
Writes docs/reference/openapi.json (OpenAPI 3.1) and docs/reference/functions.md: what each function is sent and what it
answers. Run it after a change of scripts/openapi/endpoints.ts, of the registry of providers or of docs/errors.md, and
commit both.

npm run openapi`;

/** What the files should hold, by name. */
export async function describeFunctions(signal?: AbortSignal): Promise<Record<string, string>> {
  const errors = await readErrors();
  const files = {
    "docs/reference/openapi.json": `${JSON.stringify(openApi(errors), null, 2)}\n`,
    "docs/reference/functions.md": pageOf(errors),
  };
  const entries = Object.entries(files).map(async ([name, text]) => [name, await formatted(text, name, signal)]);
  return Object.fromEntries(await Promise.all(entries));
}

/** Runs the command; resolves to its exit code. */
export function openapi(args: string[], { signal }: RunOptions = {}): Promise<number> {
  return runCommand({ help: HELP }, args, signal, async () => {
    for (const [name, text] of Object.entries(await describeFunctions(signal))) {
      await writeFile(path.join(ROOT, name), text);
      console.log(`Wrote ${name}.`);
    }
  });
}

await main(import.meta.url, openapi);
