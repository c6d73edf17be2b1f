/** What the command lines of all benchmarks share: `--quick`, `--output`, `--help`, and what an error prints. */
import path from "node:path";
import { type ParseArgsConfig, parseArgs } from "node:util";

type Options = NonNullable<ParseArgsConfig["options"]>;

const COMMON = {
  quick: { type: "boolean", default: false },
  output: { type: "string" },
} as const;

type Values<Flags extends Options> = ReturnType<typeof parseArgs<{ options: Flags & typeof COMMON }>>["values"];

export interface Benchmark<Flags extends Options> {
  /** Its folder in bench/, and its file in bench/results/. */
  name: string;
  help: string;
  /** Its own options, beside `--quick` and `--output`. */
  options?: Flags;
}

class UsageError extends Error {}

/**
 * Runs a benchmark with this process's command line. `output`: where its raw results go; undefined for a run that keeps
 * none, such as a quick one. Exit code 2, with the help, when the command line is not understood.
 */
export async function runBenchmark<const Flags extends Options = Record<never, never>>(
  { name, help, options }: Benchmark<Flags>,
  work: (values: Values<Flags>, output: string | undefined) => Promise<void>,
): Promise<void> {
  const args = process.argv.slice(2);
  if (args.includes("--help") || args.includes("-h")) return console.log(help.trim());
  try {
    const values = readValues(args, options);
    const { quick, output } = values as unknown as { quick: boolean; output?: string };
    const usual = quick ? undefined : path.join(import.meta.dirname, "../results", `${name}.json`);
    await work(values, output ?? usual);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`${error.message}\n\n${help.trim()}`);
    process.exitCode = 2;
  }
}

function readValues<Flags extends Options>(args: string[], options: Flags | undefined): Values<Flags> {
  try {
    return parseArgs({ args, options: { ...COMMON, ...options } }).values as unknown as Values<Flags>;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/**
 * The number that an option gives, or `usual` when it is absent. @throws UsageError when it is no whole number from 1.
 */
export function countOf(option: string, given: string | undefined, usual: number): number {
  const number = Number(given ?? usual);
  if (!Number.isInteger(number) || number < 1)
    throw new UsageError(`--${option} takes a number from 1, not "${given}".`);
  return number;
}
