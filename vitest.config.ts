import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** By how long they take, as measured; then whole folders. */
const LONG_FIRST = [
  ...[
    "console/console.",
    "stack/money/reconciler.",
    "scripts/deploy.",
    "local/stack_start.",
    "local/stack.",
    "stack/money/any_order.",
  ],
  ...[
    "stack/faults/courier_faults.",
    "stack/docs/sixth_provider.",
    "stack/docs/guides.",
    "stack/money/hostile_buyers.",
  ],
  ...[
    "stack/money/checkout.",
    "stack/faults/faults.",
    "stack/faults/strangers.",
    "scripts/help.",
    "stack/money/providers.",
  ],
  ...["stack/delivery/deliveries.", "simulator/send.", "simulator/fuzz.", "stack/", "local/", "scripts/"],
].map((start) => `/tests/${start}`);

/** Files that take long come first, else one worker ends with them while the others have nothing left to do. */
class LongFilesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const found = LONG_FIRST.findIndex((start) => moduleId.includes(start));
      return found === -1 ? LONG_FIRST.length : found;
    };
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}

export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    // A worker runs file after file in one process: what they share is loaded once. A file leaves nothing behind in it.
    isolate: false,
    // One more than the cores of a small machine: many tests wait for a clock, and not for a processor.
    maxWorkers: 3,
    sequence: { sequencer: LongFilesFirst },
    // For what hangs. A machine that is busy with something else may take its time.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    // The embedded Auth hashes a password at each sign-up and sign-in, in JavaScript: 4 is bcrypt's lowest cost.
    env: { LITE_AUTH_BCRYPT_COST: "4" },
    // supabase-js's, at each load on Node 20; ours are no use without it.
    onConsoleLog: (text) => !/Node\.js \d+ and below are deprecated .* @supabase\/supabase-js/.test(text),
  },
});
