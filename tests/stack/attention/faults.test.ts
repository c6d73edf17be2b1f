/**
 * What needs a person: each fault is planted in a whole stack, seen in ops.attention and by ops.tell_attention, mended
 * by pasting the remedy as it stands there, and gone. docs/reference/faults.md is made of what was seen.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestStack, type TestStack, until } from "../test_stack.ts";
import { PAGE, pageOf, type Seen } from "./page.ts";
import { FAULT_NAMES, type Faults, openFaults, REASON } from "./planted_faults.ts";

const TICK = "1 minute";

let testStack: TestStack;
let planted: Faults;
const seen: Seen[] = [];
beforeAll(async () => {
  testStack = await startTestStack();
  planted = openFaults(testStack);
});
afterAll(async () => {
  await planted?.close();
  await testStack?.stop();
});

/** What cron does every minute, and whether that line is known now. */
async function isTold(what: string, id: string): Promise<boolean> {
  await testStack.sql`select ops.tell_attention()`;
  const known = await testStack.sql`
    select 1 from ops.incidents where what = ${what} and about = ${id} and resolved_at is null`;
  return known.length === 1;
}

/** A statement of SQL's editor: all of it, in one transaction. */
const paste = (sql: string) => testStack.sql.unsafe(sql);

/** The remedy as a person completes it: `fill` names what stands in <…>. */
function completed(remedy: string, fill: Record<string, string> = {}): string {
  const all = { "<why>": REASON, ...fill };
  return Object.entries(all).reduce((text, [placeholder, value]) => text.replaceAll(placeholder, value), remedy);
}

/** The n-th alternative in place of the statement: its comment sign is taken away. */
function alternative(remedy: string, n: number): string {
  const lines = remedy.split("\n");
  const at = lines.flatMap((line, i) => (line.startsWith("-- Instead: ") ? [i] : []))[n - 1]!;
  return lines[at + 1]!.slice(3);
}

describe.each(FAULT_NAMES)("%s", (name) => {
  test("is seen, told, mended by what was pasted, and gone", async () => {
    const { lineOf, untilSeen, faults } = planted;
    const { what, which, within = TICK, effect, choose = 0, ...fault } = faults[name];
    await fault.plant();
    const line = await untilSeen(name);
    expect(line.since.getTime()).toBeLessThanOrEqual(Date.now());
    expect(await isTold(what, line.id)).toBe(true);
    seen.push({ fault: name, within, what, severity: line.severity, why: line.why, remedy: line.remedy, effect });

    const chosen = choose === 0 ? line.remedy : alternative(line.remedy, choose);
    // Whoever does not say why changes nothing.
    if (/^[^-].*<why>/m.test(chosen)) await expect(paste(chosen)).rejects.toThrow(/needs a reason, and nothing was/);
    expect(await lineOf(what, which)).toBeDefined();

    const fill = await fault.before?.(line);
    await paste(completed(chosen, fill));
    await fault.after?.();
    await until(`${what} is gone`, async () => !(await lineOf(what, which)));
    await fault.mended(line);
    expect(await isTold(what, line.id)).toBe(false);
  });
});

test("docs/reference/faults.md says what was seen (npx vitest run tests/stack/attention -u)", async () => {
  expect(seen.length).toBe(FAULT_NAMES.length);
  await expect(await pageOf(seen)).toMatchFileSnapshot(new URL(`../../../${PAGE}`, import.meta.url).pathname);
});

describe("the alerting itself", () => {
  const health = () => fetch(`${testStack.stack.functionsUrl}/health`);

  test("when it is dead, something outside sees it: cron is stopped, and health answers 503", async () => {
    await testStack.sql`select ops.tell_attention()`;
    await until("up", async () => (await health()).status === 200);
    await testStack.sql`select cron.unschedule(jobid) from cron.job`;
    await until("no run is under way", async () => {
      const runs = await testStack.sql`select 1 from cron.job_run_details where status in ('starting', 'running')`;
      return runs.length === 0;
    });
    // Five minutes pass.
    await testStack.sql`update ops.alert_settings set last_run_at = last_run_at - interval '6 minutes' where only_row`;
    await until("down", async () => (await health()).status === 503);

    await testStack.sql`select ops.schedule_jobs()`;
    await until("cron has run it, and it is up again", async () => (await health()).status === 200);
  });
});
