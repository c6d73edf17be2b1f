/**
 * What all commands of package.json share: how the command line is read, what `--help` does, exit codes, and how Ctrl+C
 * stops them.
 */
import { pathToFileURL } from "node:url";
import { type ParseArgsConfig, parseArgs } from "node:util";

type Options = NonNullable<ParseArgsConfig["options"]>;

export interface Command<Flags extends Options = Options> {
  /** Printed by `--help` and below a usage error: what the command does, how it is called, its options. */
  help: string;
  /** As `util.parseArgs` takes them; `--help` is added. */
  options?: Flags;
  /** Whether it takes arguments that are not options. Default: no. */
  allowPositionals?: boolean;
}

export type CommandLine<Flags extends Options> = ReturnType<
  typeof parseArgs<{ args: string[]; options: Flags; allowPositionals: true }>
>;

export interface RunOptions {
  env?: NodeJS.ProcessEnv;
  /** Stops the command, with everything that it started. */
  signal?: AbortSignal;
}

/** The command line is not understood, or lacks something. The message says what; the command's help follows it. */
export class UsageError extends Error {}

/** A step did not succeed. The message says what to do next. */
export class Failure extends Error {}

/** Running the command again is not enough: the message says what is, also where the command was stopped. */
export class NotRepeatable extends Failure {}

/**
 * Reads the command line and runs `work` with it, unless it asks for `--help`: then the help is printed, and nothing is
 * done.
 * @returns the exit code: what `work` returns (nothing means 0), 1 failed, 2 command line not understood, 130 stopped.
 */
export async function runCommand<const Flags extends Options = Record<never, never>>(
  { help, options, allowPositionals = false }: Command<Flags>,
  args: string[],
  signal: AbortSignal | undefined,
  work: (line: CommandLine<Flags>) => Promise<number> | Promise<void>,
): Promise<number> {
  if (asksForHelp(args)) {
    console.log(help.trim());
    return 0;
  }
  try {
    const line = usage(() => parseArgs({ args, options: options ?? {}, allowPositionals }));
    const code = await work(line as CommandLine<Flags>);
    return typeof code === "number" ? code : 0;
  } catch (error) {
    if (signal?.aborted && !(error instanceof NotRepeatable)) {
      console.error(
        "Stopped. Finished steps stay done, and every step can be repeated: run the command again to finish.",
      );
      return 130;
    }
    if (error instanceof UsageError) {
      console.error(`${error.message}\n\n${help.trim()}`);
      return 2;
    }
    const expected = error instanceof Failure;
    console.error(process.env.DEBUG ? error : `${expected ? "" : "Error: "}${(error as Error).message}`);
    return 1;
  }
}

/** Anywhere before `--`, beside any other flags: whoever asks for help wants nothing done. */
function asksForHelp(args: string[]): boolean {
  const end = args.indexOf("--");
  return (end === -1 ? args : args.slice(0, end)).some((arg) => arg === "--help" || arg === "-h");
}

/** Runs the command of `module`, when `module` is the file that node was started with. Ctrl+C and SIGTERM stop it. */
export async function main(
  module: string,
  command: (args: string[], options: { signal: AbortSignal }) => Promise<number>,
): Promise<void> {
  if (module !== pathToFileURL(process.argv[1] ?? "").href) return;
  // A reader of the output may go away (`npm start | head`): that is no reason to stop.
  process.stdout.on("error", () => {});
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => stop.abort());
  process.exitCode = await command(process.argv.slice(2), stop);
}

/** Turns an error in reading the command line into a UsageError. */
export function usage<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** The number that an option gives. @throws UsageError when it is no whole number from `least` up. */
export function wholeNumber(option: string, text: string, least: number): number {
  const number = Number(text);
  if (text.trim() === "" || !Number.isSafeInteger(number) || number < least)
    throw new UsageError(`--${option} ${text}: expected a number from ${least} up`);
  return number;
}

/** The value of --port; 0 is any free one. @throws UsageError */
export function portNumber(text: string): number {
  const port = Number(text);
  if (text.trim() === "" || !Number.isInteger(port) || port < 0 || port > 65_535)
    throw new UsageError(`--port takes a number from 0 to 65535, not "${text}".`);
  return port;
}
