/**
 * `npm run test:watch`: vitest's own watch mode, and beside it the same for pgTAP, on what sql/ says at that moment.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { watch as watchFolder } from "node:fs/promises";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Stack } from "../../local/stack.ts";
import { ROOT } from "../schema/schema.ts";
import { startSchemaStack } from "../schema/schema_stack.ts";
import { allTestFiles, selectTests, type TestFiles } from "./paths.ts";
import { runPgtap } from "./pgtap.ts";

/** An editor saves in several steps, and several files at once. */
const SETTLE_MS = 200;

/**
 * Runs the tests that `args` name (all, when there are none), and again what a change may concern, until `signal` or
 * until vitest is told to quit. Resolves to the exit code.
 * @throws NoSuchTest
 */
export async function watch(args: string[], signal: AbortSignal): Promise<number> {
  const select = (all: TestFiles) => (args.length === 0 ? all : selectTests(all, args));
  const { vitest, pgtap } = select(await allTestFiles());
  const quit = new AbortController();
  const stop = AbortSignal.any([signal, quit.signal]);
  const running: Promise<unknown>[] = [];
  let code = 0;
  if (vitest.length > 0) {
    const named = args.length === 0 ? [] : vitest.map((file) => path.relative(ROOT, file));
    const child = spawn(path.join(ROOT, "node_modules/.bin/vitest"), ["watch", "--clearScreen=false", ...named], {
      cwd: ROOT,
      stdio: "inherit",
    });
    stop.addEventListener("abort", () => child.kill("SIGTERM"));
    running.push(
      once(child, "close").then(([ended]) => {
        code = ended ?? 0;
        quit.abort();
      }),
    );
  }
  if (pgtap.length > 0) running.push(watchDatabase(async () => select(await allTestFiles()).pgtap, stop));
  try {
    await Promise.all(running);
  } finally {
    quit.abort();
  }
  return code;
}

/** Runs the files, then those that change; all of them when sql/ or the helpers change. */
async function watchDatabase(select: () => Promise<string[]>, signal: AbortSignal): Promise<void> {
  const changes = new Changes(
    ["sql", "tests/database"].map((name) => path.join(ROOT, name)),
    signal,
  );
  let stack: Stack | undefined;
  let changed: string[] | undefined;
  try {
    while (!signal.aborted) {
      try {
        if (changed?.some((file) => file.startsWith(path.join(ROOT, "sql")))) {
          await stack?.stop();
          stack = undefined;
        }
        const all = await select();
        const some = stack && changed?.every((file) => all.includes(file)) ? changed : all;
        stack ??= await startSchemaStack(signal);
        const { passed, failed } = await runPgtap([stack.dbUrl], some, (text) => process.stdout.write(text), signal);
        console.log(`\npgTAP: ${passed} passed, ${failed} failed. Waiting for changes of sql/ and tests/database/ …`);
      } catch (error) {
        if (!signal.aborted) console.error(`${(error as Error).message}\n\nWaiting for changes …`);
      }
      changed = await changes.next();
    }
  } finally {
    await stack?.stop();
  }
}

/** Which files of some folders change. */
class Changes {
  readonly #changed = new Set<string>();
  #wake = () => {};

  constructor(
    folders: string[],
    readonly signal: AbortSignal,
  ) {
    for (const folder of folders) this.#follow(folder).catch((error) => signal.aborted || console.error(error.message));
    signal.addEventListener("abort", () => this.#wake());
  }

  async #follow(folder: string): Promise<void> {
    for await (const { filename } of watchFolder(folder, { recursive: true, signal: this.signal })) {
      if (!filename?.endsWith(".sql")) continue;
      this.#changed.add(path.join(folder, filename));
      this.#wake();
    }
  }

  /** Resolves when something has changed, to all that has since the last call; to nothing when the signal says so. */
  async next(): Promise<string[]> {
    if (this.#changed.size === 0 && !this.signal.aborted) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    await delay(SETTLE_MS, undefined, { signal: this.signal }).catch(() => {});
    const changed = [...this.#changed];
    this.#changed.clear();
    return changed;
  }
}
