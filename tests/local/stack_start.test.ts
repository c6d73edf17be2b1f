/** `npm start` as a user or a script meets it: flags, ready file, signals, clear errors. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { access, chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { developmentEnvironment, loadEnvironment } from "../../local/environment.ts";
import { untilHolds } from "../until.ts";

const START = fileURLToPath(new URL("../../scripts/start.ts", import.meta.url));

interface Run {
  process: ChildProcess;
  /** Both streams, as they came. */
  output: { text: string };
  exited: Promise<number | null>;
}

let folder: string;
let runs: Run[];

beforeEach(async () => {
  runs = [];
  folder = await mkdtemp(path.join(os.tmpdir(), "start-test-"));
  // Where a run that is killed leaves its temporary files; root's Postgres runs as `nobody` and must get there.
  await chmod(folder, 0o755);
  // What tsx has compiled is the same for all of them.
  const compiled = `tsx-${process.geteuid?.() ?? os.userInfo().username}`;
  await mkdir(path.join(os.tmpdir(), compiled), { recursive: true });
  await symlink(path.join(os.tmpdir(), compiled), path.join(folder, compiled));
});

afterEach(async () => {
  for (const run of runs) run.process.kill("SIGTERM");
  await Promise.all(runs.map((run) => run.exited));
  await rm(folder, { recursive: true, force: true });
});

function start(args: string[], env: Record<string, string> = {}): Run {
  // After "--" Node leaves --env-file to the script.
  const child = spawn(process.execPath, ["--import", import.meta.resolve("tsx"), "--", START, ...args], {
    env: { ...process.env, NODE_OPTIONS: "", TMPDIR: folder, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output = { text: "" };
  child.stdout.on("data", (data) => (output.text += data));
  child.stderr.on("data", (data) => (output.text += data));
  const run = { process: child, output, exited: once(child, "close").then(([code]) => code as number | null) };
  runs.push(run);
  return run;
}

/** What the ready file says, once it is there; fails with the output when the process ends before. */
async function ready(run: Run, file: string): Promise<Record<string, unknown>> {
  const found = () => untilHolds(() => access(file));
  const ended = run.exited.then(() => Promise.reject(new Error(`It ended:\n${run.output.text}`)));
  await Promise.race([found(), ended]);
  ended.catch(() => {});
  return JSON.parse(await readFile(file, "utf8"));
}

/** The processes below one, with what they run. */
function below(parent: number): { pid: number; args: string }[] {
  const all = execFileSync("ps", ["-A", "-o", "pid=,ppid=,args="], { encoding: "utf8" })
    .split("\n")
    .map((line) => /^ *(\d+) +(\d+) +(.*)$/.exec(line))
    .flatMap((match) => (match ? [{ pid: Number(match[1]), parent: Number(match[2]), args: match[3]! }] : []));
  const children = (of: number): typeof all =>
    all.filter((child) => child.parent === of).flatMap((child) => [child, ...children(child.pid)]);
  return children(parent).filter(({ args }) => !args.startsWith("ps "));
}

function exists({ pid }: { pid: number }): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test("--port 0 --ready-file: the file says where everything is, and SIGTERM ends it with 0", async () => {
  const file = path.join(folder, "ready.json");
  const run = start(["--port", "0", "--ready-file", file], { MAKE_WEBHOOK_URL: "http://127.0.0.1:9000/make" });
  const info = await ready(run, file);
  expect(info).toEqual({
    api_url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    functions_url: `${info.api_url}/functions/v1`,
    db_url: expect.stringMatching(/^postgresql:\/\/postgres:/),
    console_url: `${info.api_url}/console/`,
    storefront_url: `${info.api_url}/shop/`,
    admin: { email: expect.stringContaining("@"), password: expect.any(String) },
    publishable_key: expect.stringMatching(/^sb_publishable_/),
    secret_key: expect.stringMatching(/^sb_secret_/),
    jwt_secret: expect.any(String),
    secrets: { ...developmentEnvironment(), MAKE_WEBHOOK_URL: "http://127.0.0.1:9000/make" },
  });
  const health = await fetch(`${info.functions_url}/health`);
  expect([health.status, (await health.json()).status]).toEqual([200, "ok"]);

  await untilHolds(() => expect(run.output.text).toContain(`${info.functions_url}/health`));
  run.process.kill("SIGTERM");
  expect(await run.exited).toBe(0);
});

test("a second start on the same data folder ends with 1 and one line", async () => {
  const file = path.join(folder, "ready.json");
  const dataDir = path.join(folder, "data");
  await ready(start(["--port", "0", "--data-dir", dataDir, "--ready-file", file]), file);
  const second = start(["--port", "0", "--data-dir", dataDir]);
  expect(await second.exited).toBe(1);
  const said = second.output.text.trim().split("\n");
  expect(said.at(-1)).toBe(
    `Error: Another Signalbox is running on ${dataDir}. Stop it first, or give this one its own --data-dir.`,
  );
  expect(second.output.text).not.toMatch(/^ {4}at /m);
});

test("nothing outlives it, even when it is killed", async () => {
  const file = path.join(folder, "ready.json");
  const run = start(["--port", "0", "--data-dir", path.join(folder, "data"), "--ready-file", file]);
  const { functions_url } = await ready(run, file);
  await fetch(`${functions_url}/health`);
  const parts = below(run.process.pid!);
  expect(parts.map(({ args }) => args).join("\n")).toMatch(/bin\/postgres.*deno run|deno run.*bin\/postgres/s);
  run.process.kill("SIGKILL");
  await run.exited;
  await untilHolds(() => expect(parts.filter(exists)).toEqual([]));
});

test("SIGINT while it starts ends it with 0, and it never gets ready", async () => {
  const file = path.join(folder, "ready.json");
  const run = start(["--port", "0", "--ready-file", file]);
  await untilHolds(() => expect(run.output.text).toContain("Starting"));
  run.process.kill("SIGINT");
  expect(await run.exited).toBe(0);
  await expect(readFile(file)).rejects.toThrow("ENOENT");
});

describe("what is wrong is said in one line, with exit code 2:", () => {
  test("a port in use", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as { port: number };
    const run = start(["--port", String(port)]);
    expect(await run.exited).toBe(1);
    expect(run.output.text).toContain(`Error: Port ${port} is in use.`);
    other.close();
  });

  test.each([
    ["an unknown flag", ["--prot", "1"], "--prot"],
    ["a word too many", ["now"], "now"],
    ["no port at all", ["--port", "http"], '--port takes a number from 0 to 65535, not "http".'],
    ["an impossible port", ["--port", "70000"], '--port takes a number from 0 to 65535, not "70000".'],
    ["a missing value", ["--data-dir"], "--data-dir"],
  ])("%s", async (_, args, message) => {
    const run = start(args);
    expect(await run.exited).toBe(2);
    expect(run.output.text).toContain(message);
    expect(run.output.text).not.toMatch(/^ {4}at /m);
  });
});

test("an --env-file that is not there is said in one line, with exit code 1", async () => {
  const run = start(["--env-file", "/nowhere/.env"]);
  expect(await run.exited).toBe(1);
  expect(run.output.text).toContain("There is no file /nowhere/.env (--env-file).");
  expect(run.output.text).not.toMatch(/^ {4}at /m);
});

test("--help explains every flag", async () => {
  const run = start(["--help"]);
  expect(await run.exited).toBe(0);
  for (const flag of ["--port", "--data-dir", "--ready-file", "--env-file"]) expect(run.output.text).toContain(flag);
});

describe("the environment", () => {
  afterEach(() => vi.unstubAllEnvs());

  test("starts from .env.example", () => {
    expect(loadEnvironment().WEBHOOK_MAX_BODY_BYTES).toBe("1048576");
  });

  test("is overridden by a file, and that by variables", async () => {
    const file = path.join(folder, "env");
    await writeFile(file, "MAKE_WEBHOOK_URL=http://file\nRAILWAY_WEBHOOK_URL=http://file\n");
    vi.stubEnv("RAILWAY_WEBHOOK_URL", "http://variable");
    const { MAKE_WEBHOOK_URL, RAILWAY_WEBHOOK_URL } = loadEnvironment(file);
    expect([MAKE_WEBHOOK_URL, RAILWAY_WEBHOOK_URL]).toEqual(["http://file", "http://variable"]);
  });

  test("holds no name that .env.example does not know", () => {
    vi.stubEnv("UNRELATED", "x");
    expect(loadEnvironment()).not.toHaveProperty("UNRELATED");
  });

  test("has nothing in development that reaches make.com or Railway", () => {
    const { MAKE_WEBHOOK_URL, RAILWAY_WEBHOOK_URL, RAILWAY_STRIPE_WEBHOOK_URL } = developmentEnvironment();
    expect([MAKE_WEBHOOK_URL, RAILWAY_WEBHOOK_URL, RAILWAY_STRIPE_WEBHOOK_URL]).toEqual(["", "", ""]);
  });
});
