/**
 * `npm run messages`: writes docs/reference/messages.md, the table of all types of messages with an example of each,
 * and their JSON Schema.
 * The examples are messages that an embedded Supabase really wrote, on what sql/ says; see scripts/messages/.
 */
import { writeFile } from "node:fs/promises";
import path from "node:path";
import postgres from "postgres";
import { formatted } from "./biome.ts";
import { Failure, main, type RunOptions, runCommand } from "./command.ts";
import { readCatalogue } from "./messages/catalogue.ts";
import { grouped, leavesUs, type Message, occasion, pageOf } from "./messages/page.ts";
import { happen } from "./messages/scenario.ts";
import { messageSchema } from "./messages/schema.ts";
import { steady } from "./messages/steady.ts";
import { ROOT } from "./schema/schema.ts";
import { startSchemaStack } from "./schema/schema_stack.ts";

/** The page and the schema, as they are committed. */
export const PAGE = path.join(ROOT, "docs/reference/messages.md");
export const SCHEMA = path.join(ROOT, "docs/reference/messages.schema.json");

export interface Messages {
  /** docs/reference/messages.md, as it should be. */
  page: string;
  /** docs/reference/messages.schema.json, as it should be. */
  schema: string;
  /** All texts that the scenario made us send. */
  payloads: string[];
  /** Routes to receivers that the scenario made no message for, in words. */
  missing: string[];
}

/** Lets everything happen in a database of its own, and describes what it wrote. */
export async function describeMessages(signal?: AbortSignal): Promise<Messages> {
  const stack = await startSchemaStack(signal);
  const sql = postgres(stack.dbUrl, { max: 1, onnotice() {}, connection: { TimeZone: "UTC" } });
  try {
    const started = Date.now();
    await happen(sql, started);
    const catalogue = await readCatalogue(sql);
    const sent = catalogue.routes.filter(leavesUs);
    const examples = steady(
      grouped(sent, ({ message_type }) => message_type).flatMap(([, routes]) => fullest(routes)),
      started,
    );
    const schema = `${JSON.stringify(messageSchema(catalogue), null, 2)}\n`;
    return {
      schema: await formatted(schema, "docs/reference/messages.schema.json", signal),
      payloads: sent.flatMap(({ payloads }) => payloads),
      page: await formatted(pageOf(catalogue, examples), "docs/reference/messages.md", signal),
      missing: sent
        .filter(({ payloads }) => payloads.length === 0)
        .map((route) => `${route.message_type} to ${route.destination} (${route.table_name}: ${occasion(route)})`),
    };
  } finally {
    await sql.end({ timeout: 1 });
    await stack.stop();
  }
}

/** Of a type's messages the first that says most; none, when there is none. */
function fullest(routes: { payloads: string[] }[]): Message[] {
  const messages = routes.flatMap(({ payloads }) => payloads.map((payload): Message => JSON.parse(payload)));
  const said = ({ data }: Message) => Object.values(data).filter((value) => value !== null).length;
  const most = Math.max(...messages.map(said));
  return messages
    .filter((message) => said(message) === most)
    .sort((a, b) => a.change.sequence - b.change.sequence)
    .slice(0, 1);
}

const HELP = `
Writes docs/reference/messages.md: all types of messages, with an example of each that an embedded Supabase really
wrote; and docs/reference/messages.schema.json, a JSON Schema of each. Run it after a change of sql/ that adds, removes
or changes a message, and commit both.

npm run messages`;

/** Runs the command; resolves to its exit code. */
export function messages(args: string[], { signal }: RunOptions = {}): Promise<number> {
  return runCommand({ help: HELP }, args, signal, async () => {
    const { page, schema, missing } = await describeMessages(signal);
    if (missing.length > 0) {
      throw new Failure(
        `No message was made for these routes. Let it happen in scripts/messages/scenario.ts:\n  ${missing.join("\n  ")}`,
      );
    }
    for (const [file, text] of [
      [PAGE, page],
      [SCHEMA, schema],
    ] as const) {
      await writeFile(file, text);
      console.log(`Wrote ${path.relative(process.cwd(), file)}.`);
    }
  });
}

await main(import.meta.url, messages);
