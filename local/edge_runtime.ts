/**
 * What runs inside each function's Deno process: makes plain Deno look like the hosted edge runtime,
 * then imports the function. Arguments: a mark for our own lines on stdout, the entrypoint's URL.
 */

// Only what is used of Deno, so that the project's type check needs no Deno types.
interface ServeOptions {
  handler?: Handler;
  onError?: (error: unknown) => Response | Promise<Response>;
}
type Handler = (request: Request, info: unknown) => Response | Promise<Response>;
declare const Deno: {
  args: string[];
  env: { delete(name: string): void };
  exit(code: number): never;
  addSignalListener(signal: string, listener: () => void): void;
  stdin: { readable: ReadableStream<Uint8Array> };
  stdout: { writeSync(bytes: Uint8Array): number };
  serve(
    options: ServeOptions & { hostname: string; port: number; onListen: (address: { port: number }) => void },
  ): unknown;
};

/** How long work handed to `EdgeRuntime.waitUntil` may still take when the process is asked to end. */
const GRACE_MS = 5_000;

const [mark, entrypoint] = Deno.args;

// What Deno was told, and what it sets by itself: a hosted function does not see them.
for (const name of ["DENO_DIR", "DENO_NO_UPDATE_CHECK", "DENO_NODE_SHIM_ACTIVE", "NO_COLOR", "PATH"])
  Deno.env.delete(name);

const background = new Set<Promise<unknown>>();

Object.assign(globalThis, {
  EdgeRuntime: {
    waitUntil(promise: Promise<unknown>): void {
      const settled = Promise.resolve(promise)
        .catch((error) => console.error("EdgeRuntime.waitUntil:", error))
        .finally(() => background.delete(settled));
      background.add(settled);
    },
  },
});

let served = false;

/** `Deno.serve` in all its forms, on a free port that the runner is told of. */
function serve(first: Handler | ServeOptions, second?: Handler): unknown {
  const options = typeof first === "function" ? { handler: first } : { ...first, handler: second ?? first.handler };
  served = true;
  return denoServe({
    handler: options.handler,
    ...(options.onError && { onError: options.onError }),
    hostname: "127.0.0.1",
    port: 0,
    onListen: ({ port }) => Deno.stdout.writeSync(new TextEncoder().encode(`\n${mark} ${port}\n`)),
  });
}
const denoServe = Deno.serve;
Object.defineProperty(Deno, "serve", { value: serve });

async function end(): Promise<void> {
  globalThis.dispatchEvent(new Event("beforeunload"));
  await Promise.race([Promise.allSettled(background), new Promise((resolve) => setTimeout(resolve, GRACE_MS))]);
  Deno.exit(0);
}
Deno.addSignalListener("SIGTERM", end);
/** How far the clock is ahead of the machine's, in ms: the runner says so, a line each time. */
let aheadMs = 0;
const RealDate = Date;

/** The clock is replaced when it is first set: a function whose clock is right has the platform's own. */
function setClock(ahead: number): void {
  aheadMs = ahead;
  if (globalThis.Date !== RealDate) return;
  const now = () => RealDate.now() + aheadMs;
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, args, self) => Reflect.construct(target, args.length === 0 ? [now()] : args, self),
    apply: () => new RealDate(now()).toString(),
    get: (target, name, self) => (name === "now" ? now : Reflect.get(target, name, self)),
  });
}

async function readClock(): Promise<void> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of Deno.stdin.readable) {
    const lines = (text + decoder.decode(chunk, { stream: true })).split("\n");
    text = lines.pop()!;
    for (const line of lines) setClock(Number(line));
  }
}
// The runner holds the other end: when it is gone, however it ended, so are we.
readClock().then(end, end);

const loaded = await import(entrypoint!);
if (!served && typeof loaded.default?.fetch === "function") serve((request) => loaded.default.fetch(request));
if (!served) throw new Error(`${entrypoint} neither calls Deno.serve nor exports a default { fetch }.`);

export {};
