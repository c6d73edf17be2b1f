/**
 * Everything a fuzzing run needs of a stack: checkouts that events may name, a way into the database, and an eye on
 * memory.
 */
import { randomUUID } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import postgres from "postgres";
import { fuzz, type Options, type ProcessMemory, type Report } from "./engine.ts";
import { type Sale, TARGETS } from "./targets.ts";

/** A running stack, as the file that `npm start --ready-file` writes describes it. */
export interface RunningStack {
  api_url: string;
  functions_url: string;
  db_url: string;
  secrets: Record<string, string>;
}

export type RunOptions = Pick<Options, "provider" | "requests" | "seed" | "only" | "progress" | "signal">;

const SALES = 40;

export async function runFuzz(stack: RunningStack, options: RunOptions): Promise<Report> {
  const target = TARGETS[options.provider]!;
  const sql = postgres(stack.db_url, { max: 4, onnotice() {} });
  try {
    const setting = {
      apiUrl: stack.api_url,
      functionsUrl: stack.functions_url,
      secrets: stack.secrets,
      sales: await openSales(sql, target.currency),
    };
    const process = () => processOf(target.function ?? options.provider, stack.db_url);
    return await fuzz({ ...options, setting, sql, process });
  } finally {
    await sql.end({ timeout: 1 });
  }
}

/** Checkouts of 49.00 (XAF: 4900), each with a product of its own. */
async function openSales(sql: postgres.Sql, currency: string): Promise<Sale[]> {
  const sales: Sale[] = [];
  for (let i = 0; i < SALES; i++) {
    const sku = `fuzz-${randomUUID()}`;
    await sql`insert into public.products (sku, name, price_minor, currency, stock)
      values (${sku}, 'Mug', 2450, ${currency}, 5)`;
    const [row] = await sql`
      select commerce.open_checkout('fuzz@example.com', ${sql.json([{ sku, quantity: 2 }])}) as checkout`;
    sales.push({ sku, checkout: row!.checkout, name: randomUUID() });
  }
  return sales;
}

/**
 * The process that runs a function for the stack of this database; null where /proc does not tell. Its memory is the
 * anonymous one: pages of the Deno binary are mapped from its file, shared by all functions and given back at need.
 */
async function processOf(slug: string, dbUrl: string): Promise<ProcessMemory | null> {
  const pids = (await readdir("/proc").catch(() => [])).filter((name) => /^\d+$/.test(name));
  for (const pid of pids) {
    const environment = await readFile(`/proc/${pid}/environ`, "utf8").catch(() => "");
    const variables = environment.split("\0");
    if (!variables.includes(`SUPABASE_FUNCTION_SLUG=${slug}`) || !variables.includes(`SUPABASE_DB_URL=${dbUrl}`))
      continue;
    const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
    const bytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(status)?.[1]) * 1024;
    if (bytes("RssAnon") > 0) return { pid: Number(pid), anonymous: bytes("RssAnon"), mapped: bytes("RssFile") };
  }
  return null;
}
