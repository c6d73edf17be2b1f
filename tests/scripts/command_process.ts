/**
 * A process in which several commands run one after the other, each as if Node had been started with its file: what
 * they import is loaded once. For commands that only print: `--help`, or an option that is refused.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath, pathToFileURL } from "node:url";

export interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
}

interface CommandLine {
  /** Absolute. A process runs a file once: then it is loaded, and would do nothing. */
  file: string;
  args: string[];
}

export interface CommandProcess {
  run(command: CommandLine): Promise<Ran>;
  /** Resolves when the process has ended by itself: a command that leaves something running keeps it alive. */
  ended(): Promise<void>;
}

/** Starts the process; `env` is all that its commands see. */
export function startCommandProcess(env: Record<string, string>): CommandProcess {
  const child = fork(fileURLToPath(import.meta.url), {
    execArgv: ["--import", import.meta.resolve("tsx")],
    env,
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const gone = once(child, "exit");
  return {
    async run(command) {
      child.send(command);
      const over = gone.then(() => Promise.reject(new Error(`the process ended while it ran ${command.file}`)));
      const [ran] = (await Promise.race([once(child, "message"), over])) as [Ran];
      return ran;
    },
    async ended() {
      if (child.connected) child.disconnect();
      await gone;
    },
  };
}

/** Thrown in place of ending the process. */
class Exit extends Error {}

/** Runs a command in this process, and gathers what it prints. */
async function runHere({ file, args }: CommandLine): Promise<Ran> {
  const ran: Ran = { code: 0, stdout: "", stderr: "" };
  const { stdout, stderr } = process;
  const keep = (stream: "stdout" | "stderr") => (data: unknown) => {
    ran[stream] += String(data);
    return true;
  };
  const originals = [stdout.write, stderr.write] as const;
  stdout.write = keep("stdout");
  stderr.write = keep("stderr");
  process.argv = [process.execPath, file, ...args];
  process.exitCode = undefined;
  const { exit } = process;
  process.exit = (code) => {
    process.exitCode = code ?? process.exitCode;
    throw new Exit();
  };
  try {
    await import(pathToFileURL(file).href);
    ran.code = Number(process.exitCode ?? 0);
  } catch (error) {
    ran.code = error instanceof Exit ? Number(process.exitCode ?? 0) : 1;
    if (!(error instanceof Exit)) ran.stderr += `${(error as Error).stack}\n`;
  } finally {
    [stdout.write, stderr.write] = originals;
    process.exit = exit;
    process.exitCode = undefined;
  }
  return ran;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.on("message", async (command: CommandLine) => process.send!(await runHere(command)));
}
