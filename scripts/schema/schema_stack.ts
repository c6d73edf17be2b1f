/** An embedded Supabase made from sql/ as it stands, without the migrations. */
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { type Stack, startStack } from "../../local/stack.ts";
import { ROOT, schemaScript } from "./schema.ts";

/** A project folder with sql/ as its only migration, and without functions. */
async function schemaProject(): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "signalbox-schema-"));
  await mkdir(path.join(folder, "supabase/migrations"), { recursive: true });
  await mkdir(path.join(folder, "functions"));
  await cp(path.join(ROOT, "supabase/config.toml"), path.join(folder, "supabase/config.toml"));
  await writeFile(path.join(folder, "supabase/seed.sql"), "");
  await writeFile(path.join(folder, "supabase/migrations/00000000000000_schema.sql"), await schemaScript());
  return folder;
}

/** Starts it without background workers. `stop` also removes its files; `signal` gives up starting. */
export async function startSchemaStack(signal?: AbortSignal): Promise<Stack> {
  const project = await schemaProject();
  const remove = () => rm(project, { recursive: true, force: true });
  try {
    const stack = await startStack({
      project,
      prepared: true,
      fsync: false,
      background: { cron: false, pgNet: false },
      signal,
    });
    return { ...stack, stop: () => stack.stop().finally(remove) };
  } catch (error) {
    await remove();
    throw error;
  }
}
