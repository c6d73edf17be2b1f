/**
 * The receiver of the courier's benchmarks, seen from the benchmark: starts it in a process of its own, and asks what
 * came.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import path from "node:path";
import { Webhook } from "standardwebhooks";

/** What came since the last reset. Times in ms of `now()`. */
export interface Heard {
  requests: number;
  paths: Record<string, { distinct: number; duplicates: number; first: number; last: number }>;
  /** When each webhook-id first came. */
  arrivals: Record<string, number>;
  /** One request of many, whole. */
  samples: { head: string; body: string }[];
}

export type SinkCommand = { number: number } & (
  | { do: "reset" }
  | { do: "report" }
  | { do: "expect"; path: string; distinct: number }
);

export interface Sink {
  url: string;
  /** An address of this machine where nobody listens. */
  refusing: string;
  pid: number;
  reset(): Promise<void>;
  /**
   * Resolves when so many different messages have come to a path since the last reset. One may be expected at a time.
   */
  expect(path: string, distinct: number): Promise<void>;
  report(): Promise<Heard>;
  stop(): Promise<void>;
}

/** The clock that all processes of one machine share, in ms. */
export const now = (): number => Number(process.hrtime.bigint()) / 1e6;

/** Runs a file of bench/ in a process of its own, with a channel to it. */
export function forkProcess(file: string): ChildProcess {
  const child = fork(path.join(import.meta.dirname, "..", file), {
    execArgv: ["--import", "tsx"],
    serialization: "advanced",
  });
  child.once("exit", (code) => code && console.error(`${file} ended with exit code ${code}`));
  return child;
}

export async function startSink(): Promise<Sink> {
  const child = forkProcess("lib/sink_process.ts");
  const [{ port }] = (await once(child, "message")) as [{ port: number }];
  const refusing = `http://127.0.0.1:${await closedPort()}`;
  const asked = new Map<number, (heard?: Heard) => void>();
  let number = 0;
  let complete = () => {};
  child.on("message", (message: { complete?: true; answer?: number; heard?: Heard }) => {
    if (message.complete) return complete();
    asked.get(message.answer!)?.(message.heard);
    asked.delete(message.answer!);
  });

  type Without<T> = T extends unknown ? Omit<T, "number"> : never;
  function ask(command: Without<SinkCommand>): Promise<Heard | undefined> {
    return new Promise((resolve) => {
      asked.set(++number, resolve);
      child.send({ number, ...command });
    });
  }

  return {
    url: `http://127.0.0.1:${port}`,
    refusing,
    pid: child.pid!,
    async reset() {
      await ask({ do: "reset" });
    },
    async expect(path, distinct) {
      const done = new Promise<void>((resolve) => (complete = resolve));
      await ask({ do: "expect", path, distinct });
      await done;
    },
    report: async () => (await ask({ do: "report" }))!,
    async stop() {
      if (child.exitCode !== null) return;
      const gone = once(child, "exit");
      child.disconnect();
      await gone;
    },
  };
}

async function closedPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}

/**
 * Checks the sampled requests as their receiver would, and that nothing came twice. @throws Error when something is
 * wrong.
 */
export function checkHeard(who: string, heard: Heard, secret: string, expected: Record<string, number>): void {
  const library = new Webhook(secret);
  for (const { head, body } of heard.samples) {
    const headers = Object.fromEntries(
      [...head.matchAll(/\r\n([^:\r]+): *([^\r]*)/g)].map(([, name, value]) => [name!.toLowerCase(), value!]),
    );
    library.verify(body, headers);
  }
  for (const [path, distinct] of Object.entries(expected)) {
    const found = heard.paths[path];
    if (found?.distinct !== distinct || found.duplicates !== 0)
      throw new Error(
        `${who}: expected ${distinct} messages at ${path}, each once; ${found?.distinct ?? 0} came, ${found?.duplicates ?? 0} of them again.`,
      );
  }
}
