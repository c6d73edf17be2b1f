/**
 * Runs the Edge Functions: one Deno process a function, started at its first request and kept warm,
 * with hosted's paths, environment, verify_jwt rule and error answers.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import http, { type IncomingMessage, type ServerResponse } from "node:http";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath, pathToFileURL } from "node:url";
import { jwtAlgorithm, type Keys, verifyJwt } from "./keys.ts";

const PROJECT = fileURLToPath(new URL("../", import.meta.url));
const RUNTIME = fileURLToPath(new URL("./edge_runtime.ts", import.meta.url));

/** One `[functions.<slug>]` of supabase/config.toml. */
export interface FunctionConfig {
  enabled?: boolean;
  /** Default true, as hosted. */
  verify_jwt?: boolean;
  /** Absolute path. Default: `<folder>/<slug>/index.ts`. */
  entrypoint?: string;
}

export interface FunctionsOptions {
  /** The folder functions are looked for in. */
  folder: string;
  config: Record<string, FunctionConfig>;
  /** What every function sees; nothing else is passed on. */
  env: Record<string, string>;
  /** Against which verify_jwt checks a caller. */
  keys: Keys;
  /** Every line a function prints, and what happens to its process. */
  log: (line: string) => void;
  /** How long a function may take to begin its answer. Default 150 s, as hosted. */
  timeoutMs?: number;
  /** The most that a worker's heap may hold, in MB. It ends beyond. Default 256, as hosted. */
  memoryLimitMb?: number;
  /**
   * Where Deno keeps what it makes of the code (DENO_DIR). It checks what it finds there against the code, and several
   * may use one folder at once. Default: a new temporary folder, removed at stop: each function's first start is cold.
   */
  cacheDir?: string;
}

export interface Functions {
  /** Answers a request whose path on hosted is `/functions/v1` + `target`, so `target` = `/<slug>[/rest][?query]`. */
  handle(request: IncomingMessage, response: ServerResponse, target: string): Promise<void>;
  /** Process id of a function; undefined while it does not run. */
  pid(slug: string): Promise<number | undefined>;
  /**
   * Sets the clock of all functions, those that run and those that start later, so many ms ahead (behind: negative).
   * What is measured and not told by a clock (performance.now(), timers) stays as it is. For tests.
   */
  setClock(aheadMs: number): void;
  stop(): Promise<void>;
}

/** A function's running process. */
interface Worker {
  process: ChildProcess;
  port: number;
}

const SLUG = /^[A-Za-z][A-Za-z0-9_-]*$/;
const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);
/** For what hangs: on a machine that is busy with something else a start may take its time. */
const BOOT_TIMEOUT_MS = 120_000;
/** Hosted's (supabase.com/docs/guides/functions/limits). */
const MEMORY_LIMIT_MB = 256;
/** A little more than edge_runtime.ts gives to background work. */
const STOP_TIMEOUT_MS = 7_000;

/** The Deno binary itself: its npm launcher would stay in between and pass no signal on. */
export function denoBinary(): string {
  const name = process.platform === "win32" ? "deno.exe" : "deno";
  const require = createRequire(import.meta.url);
  const installed = path.join(path.dirname(require.resolve("deno/package.json")), name);
  if (existsSync(installed)) return installed;
  // Install scripts were switched off: the platform's package has it all the same.
  const suffix = process.platform === "linux" ? `linux-${process.arch}-glibc` : `${process.platform}-${process.arch}`;
  return path.join(
    path.dirname(require.resolve(`@deno/${suffix}/package.json`, { paths: [path.dirname(installed)] })),
    name,
  );
}

/** An answer of the platform's own, in the form hosted gives it. */
function refuse(response: ServerResponse, status: number, code: string, message: string): void {
  if (response.headersSent) return void response.destroy();
  response.writeHead(status, {
    "content-type": "application/json",
    "access-control-allow-origin": "*",
    "access-control-allow-headers": "authorization, x-client-info, apikey",
    "access-control-expose-headers": "sb-error-code",
    "sb-error-code": code,
  });
  response.end(JSON.stringify({ code, message, msg: message }));
}

/**
 * The verify_jwt rule: why this caller is turned away, or undefined. An API key on `apikey` counts as its role's token.
 */
function unauthorized(request: IncomingMessage, keys: Keys): { code: string; message: string } | undefined {
  const { authorization, apikey } = request.headers;
  const knownKey = apikey === keys.publishableKey || apikey === keys.secretKey;
  if (!authorization && !knownKey)
    return { code: "UNAUTHORIZED_NO_AUTH_HEADER", message: "Missing authorization header" };
  const token = /^Bearer (\S+)$/.exec(authorization ?? "")?.[1];
  if (knownKey && (token === undefined || token.startsWith("sb_"))) return undefined;
  const algorithm = token && jwtAlgorithm(token);
  if (!token || !algorithm) return { code: "UNAUTHORIZED_INVALID_JWT_FORMAT", message: "Invalid JWT format" };
  if (algorithm === "HS256")
    return verifyJwt(token, keys.jwtSecret) ? undefined : { code: "UNAUTHORIZED_JWT", message: "Invalid JWT" };
  // We hold no asymmetric key, so no such token can be ours.
  if (algorithm === "ES256" || algorithm === "RS256")
    return { code: "UNAUTHORIZED_ASYMMETRIC_JWT", message: "Invalid JWT" };
  return { code: "UNAUTHORIZED_UNSUPPORTED_TOKEN_ALGORITHM", message: `Unsupported JWT algorithm ${algorithm}` };
}

/** Headers that belong to one connection, not to the message. */
const HOP_BY_HOP = new Set(["connection", "keep-alive", "proxy-connection", "te", "trailer", "upgrade", "expect"]);

function forwardedHeaders(raw: string[]): string[] {
  const headers: string[] = [];
  for (let i = 0; i < raw.length; i += 2) {
    if (!HOP_BY_HOP.has(raw[i]!.toLowerCase())) headers.push(raw[i]!, raw[i + 1]!);
  }
  return headers;
}

/** Prepares to run the functions of `folder`; starts none. */
export async function startFunctions(options: FunctionsOptions): Promise<Functions> {
  const deno = denoBinary();
  const denoDir = options.cacheDir ?? (await mkdtemp(path.join(os.tmpdir(), "signalbox-deno-")));
  const agent = new http.Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });
  const workers = new Map<string, Promise<Worker>>();
  const processes = new Set<ChildProcess>();
  let stopping = false;
  let aheadMs = 0;

  /** Where a function's code is, or undefined when there is no such function. */
  function entrypointOf(slug: string): string | undefined {
    if (!SLUG.test(slug) || options.config[slug]?.enabled === false) return undefined;
    const entrypoint = options.config[slug]?.entrypoint ?? path.join(options.folder, slug, "index.ts");
    return options.config[slug] || existsSync(entrypoint) ? entrypoint : undefined;
  }

  function spawnWorker(slug: string, entrypoint: string, mark: string): ChildProcess {
    const readable = [options.folder, path.dirname(entrypoint), path.join(PROJECT, "node_modules")].join(",");
    const child = spawn(
      deno,
      [
        ...["run", "--quiet", "--no-prompt", "--cached-only", "--no-lock", "--node-modules-dir=manual"],
        // Hosted ends a worker at this; without it V8 lets garbage lie until the machine's memory is short.
        `--v8-flags=--max-heap-size=${options.memoryLimitMb ?? MEMORY_LIMIT_MB}`,
        // Hosted runs a bundle, which is not searched at each start for what might be imported later.
        "--unstable-lazy-dynamic-imports",
        ...[
          `--config=${path.join(PROJECT, "deno.json")}`,
          "--allow-net",
          "--allow-env",
          "--allow-sys",
          `--allow-read=${readable}`,
        ],
        ...[RUNTIME, mark, pathToFileURL(entrypoint).href],
      ],
      {
        cwd: options.folder,
        env: {
          ...options.env,
          SUPABASE_FUNCTION_SLUG: slug,
          SB_EXECUTION_ID: randomUUID(),
          DENO_DEPLOYMENT_ID: `local_${slug}_1`,
          DENO_DIR: denoDir,
          DENO_NO_UPDATE_CHECK: "1",
          NO_COLOR: "1",
        },
        stdio: ["pipe", "pipe", "pipe"],
        // A group of its own: Ctrl+C in the terminal must reach us alone, for we let the functions finish.
        detached: true,
      },
    );
    // Writing to a process that is gone is no news: its exit is.
    child.stdin!.on("error", () => {});
    if (aheadMs !== 0) child.stdin!.write(`${aheadMs}\n`);
    processes.add(child);
    child.once("exit", () => processes.delete(child));
    createInterface({ input: child.stderr! }).on("line", (line) => options.log(`[${slug}] ${line}`));
    return child;
  }

  /** Resolves when the function listens; rejects, with the reason, when it ends or dawdles before that. */
  function boot(slug: string, entrypoint: string): Promise<Worker> {
    const mark = randomBytes(8).toString("hex");
    const child = spawnWorker(slug, entrypoint, mark);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        child.kill("SIGKILL");
        reject(new Error(`not listening after ${BOOT_TIMEOUT_MS / 1000} s`));
      }, BOOT_TIMEOUT_MS);
      createInterface({ input: child.stdout! }).on("line", (line) => {
        if (line.startsWith(mark)) {
          clearTimeout(timer);
          resolve({ process: child, port: Number(line.slice(mark.length + 1)) });
        } else if (line !== "") {
          options.log(`[${slug}] ${line}`);
        }
      });
      child.once("exit", (code, signal) => {
        clearTimeout(timer);
        reject(new Error(`ended with ${signal ?? `exit code ${code}`}`));
      });
    });
  }

  /** The function's process: the running one, the one that is starting, or a new one. */
  function workerOf(slug: string, entrypoint: string): Promise<Worker> {
    const known = workers.get(slug);
    if (known) return known;
    const starting = boot(slug, entrypoint);
    workers.set(slug, starting);
    const forget = () => {
      if (workers.get(slug) === starting) workers.delete(slug);
    };
    starting.then(
      ({ process: child }) =>
        child.once("exit", (code, signal) => {
          forget();
          if (!stopping)
            options.log(`[${slug}] ended with ${signal ?? `exit code ${code}`}; the next request starts it again`);
        }),
      (error) => {
        forget();
        if (!stopping) options.log(`[${slug}] did not boot: ${error.message}`);
      },
    );
    return starting;
  }

  /** Passes the request on to the process, and its answer back, as they stream. */
  function forward(
    worker: Worker,
    slug: string,
    request: IncomingMessage,
    response: ServerResponse,
    target: string,
  ): void {
    const headers = forwardedHeaders(request.rawHeaders);
    const address = request.socket.remoteAddress ?? "127.0.0.1";
    // As Cloudflare does in front of hosted: the caller's own is dropped.
    for (let i = headers.length - 2; i >= 0; i -= 2)
      if (headers[i]!.toLowerCase() === "cf-connecting-ip") headers.splice(i, 2);
    headers.push("x-forwarded-for", address, "cf-connecting-ip", address);
    const upstream = http.request({
      agent,
      host: "127.0.0.1",
      port: worker.port,
      method: request.method,
      path: target,
      headers,
    });
    let answered = false;
    const timer = setTimeout(() => {
      answered = true;
      upstream.destroy();
      refuse(response, 504, "IDLE_TIMEOUT", "The function did not answer in time");
    }, options.timeoutMs ?? 150_000);

    upstream.once("response", (answer) => {
      answered = true;
      clearTimeout(timer);
      response.writeHead(answer.statusCode!, answer.statusMessage, forwardedHeaders(answer.rawHeaders));
      answer.pipe(response);
      answer.once("error", () => response.destroy());
    });
    upstream.on("error", () => {
      clearTimeout(timer);
      if (answered || response.destroyed) return;
      // Deno answers every request while it lives: no answer means that the process is gone or going.
      workers.delete(slug);
      worker.process.kill("SIGTERM");
      refuse(response, 500, "WORKER_ERROR", "Function exited due to an error (please check logs)");
    });
    response.once("close", () => {
      clearTimeout(timer);
      // The caller hung up: the function sees its request aborted.
      if (!response.writableFinished) upstream.destroy();
    });
    request.pipe(upstream);
    // An answer may come before the whole body went in: take the rest from the caller, who else never reads it.
    upstream.once("close", () => request.resume());
  }

  async function handle(request: IncomingMessage, response: ServerResponse, target: string): Promise<void> {
    const slug = /^\/([^/?]*)/.exec(target)?.[1] ?? "";
    const entrypoint = entrypointOf(slug);
    if (entrypoint === undefined) return refuse(response, 404, "NOT_FOUND", "Requested function was not found");
    if (!METHODS.has(request.method!))
      return refuse(response, 405, "METHOD_NOT_ALLOWED", `Method ${request.method} is not allowed`);
    if (request.method !== "OPTIONS" && options.config[slug]?.verify_jwt !== false) {
      const reason = unauthorized(request, options.keys);
      if (reason) return refuse(response, 401, reason.code, reason.message);
    }
    let worker: Worker;
    try {
      worker = await workerOf(slug, entrypoint);
    } catch {
      return refuse(response, 503, "BOOT_ERROR", "Worker failed to boot (please check logs)");
    }
    if (!response.destroyed) forward(worker, slug, request, response, target);
  }

  async function end(child: ChildProcess): Promise<void> {
    const gone = once(child, "exit");
    const timer = setTimeout(() => child.kill("SIGKILL"), STOP_TIMEOUT_MS);
    child.stdin!.end();
    await gone;
    clearTimeout(timer);
  }

  return {
    handle,
    async pid(slug) {
      const worker = await workers.get(slug)?.catch(() => undefined);
      return worker?.process.pid;
    },
    setClock(ahead) {
      aheadMs = ahead;
      for (const child of processes) child.stdin!.write(`${ahead}\n`);
    },
    async stop() {
      stopping = true;
      await Promise.all([...processes].map(end));
      agent.destroy();
      if (options.cacheDir === undefined) await rm(denoDir, { recursive: true, force: true });
    },
  };
}

/**
 * The `[functions.<slug>]` tables of a config.toml, with entrypoints made absolute.
 * Reads single-line keys, which is all we use there; the Supabase CLI reads the whole file.
 */
export function readFunctionsConfig(toml: string, folder: string): Record<string, FunctionConfig> {
  const config: Record<string, FunctionConfig> = {};
  let table: FunctionConfig | undefined;
  for (const line of toml.split("\n")) {
    const header = /^\s*\[([^\]]*)\]/.exec(line)?.[1];
    if (header !== undefined) {
      const slug = /^functions\.([A-Za-z0-9_-]+)$/.exec(header.trim())?.[1];
      table = slug === undefined ? undefined : {};
      if (slug !== undefined) config[slug] = table!;
      continue;
    }
    const [, key, text, flag] = /^\s*(\w+)\s*=\s*(?:"([^"]*)"|(true|false))\s*(?:#.*)?$/.exec(line) ?? [];
    if (!table) continue;
    if (key === "enabled" || key === "verify_jwt") table[key] = flag === "true";
    if (key === "entrypoint" && text !== undefined) table.entrypoint = path.resolve(folder, text);
  }
  return config;
}
