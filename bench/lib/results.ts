import { writeFile } from "node:fs/promises";
import path from "node:path";

/**
 * Keeps the raw results of a run as JSON at `output`, with when it was and how long it took, and says where. Undefined:
 * a run that keeps none.
 */
export async function writeResults(output: string | undefined, startedAt: Date, result: object): Promise<void> {
  if (!output) return;
  const when = { started_at: startedAt.toISOString(), seconds: Math.round((Date.now() - startedAt.getTime()) / 1000) };
  await writeFile(output, `${JSON.stringify({ ...when, ...result }, null, 2)}\n`);
  console.log(`\nRaw results: ${path.relative(process.cwd(), output)}`);
}
