/** `--help` of every command that package.json names: it says what the command does, and does nothing. */
import { spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ROOT } from "../../scripts/schema/schema.ts";
import { type CommandProcess, type Ran, startCommandProcess } from "./command_process.ts";

const { scripts } = JSON.parse(await readFile(path.join(ROOT, "package.json"), "utf8")) as {
  scripts: Record<string, string>;
};
const commands = Object.keys(scripts);

/** What commands write to, as far as it is in the project. */
const WRITTEN = [
  "package-lock.json",
  "docs/reference",
  "supabase/migrations",
  "functions/_shared/platform",
  "bench",
  "docs/pictures",
];

/** An empty folder for temporary files: whatever starts a stack or the Supabase CLI leaves or makes something there. */
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "help-test-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const environment = () => ({
  PATH: `${path.join(ROOT, "node_modules/.bin")}${path.delimiter}${process.env.PATH}`,
  HOME: folder,
  TMPDIR: folder,
});

/** Runs a script of package.json as npm does. */
function spawnScript(name: string, ...args: string[]): Promise<Ran> {
  const command = `${scripts[name]} ${args.join(" ")}`;
  const child = spawn(command, { cwd: ROOT, shell: true, env: environment() });
  const ran: Ran = { code: null, stdout: "", stderr: "" };
  child.stdout.on("data", (data) => (ran.stdout += data));
  child.stderr.on("data", (data) => (ran.stderr += data));
  return new Promise((resolve) => child.once("close", (code) => resolve({ ...ran, code })));
}

/**
 * Runs a script of package.json in `process` when it is one file and nothing else. Others are spawned: they are the
 * proof that a process of its own does the same.
 */
async function runScript(process: CommandProcess, name: string, arg: string): Promise<Ran> {
  const file = /^tsx (\S+)$/.exec(scripts[name]!)?.[1];
  if (file === undefined) return spawnScript(name, arg);
  const ran = await process.run({ file: path.join(ROOT, file), args: [arg] });
  // A file that another command imports is loaded already, and does nothing.
  return ran.stdout + ran.stderr === "" ? spawnScript(name, arg) : ran;
}

/** When each file that a command might write was last changed. */
async function changes(): Promise<string[]> {
  const lists = await Promise.all(
    WRITTEN.map(async (name) => {
      const place = path.join(ROOT, name);
      const inside = (await stat(place)).isDirectory() ? await readdir(place) : [""];
      return Promise.all(inside.map(async (file) => `${name}/${file} ${(await stat(path.join(place, file))).mtimeMs}`));
    }),
  );
  return lists.flat();
}

/** Temporary files, but for those of tsx itself. */
const leftovers = async () => (await readdir(folder)).filter((name) => !/^(tsx-|node-compile-cache)/.test(name));

describe("--help", () => {
  let process: CommandProcess;
  beforeAll(() => {
    process = startCommandProcess(environment());
  });
  afterAll(() => process?.ended());

  test.each(commands)("npm run %s -- --help says what it does, and changes nothing", async (name) => {
    const before = await changes();
    const { code, stdout, stderr } = await runScript(process, name, "--help");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^[A-Z].*[a-z]/);
    expect(stdout).toMatch(/npm (run|start|test)\b/);
    expect(await changes()).toEqual(before);
    expect(await leftovers()).toEqual([]);
  });

  test("each benchmark has its own help", async () => {
    const { stdout } = await spawnScript("bench", "--help");
    const names = [...stdout.matchAll(/^ {2}([a-z_]+) {2,}/gm)].map(([, name]) => name!);
    expect(names).toContain("ingest");
    const spawned = await spawnScript("bench", names[0]!, "--help");
    for (const name of names) {
      const file = path.join(ROOT, "bench", name, "index.ts");
      const { code, stdout } = await process.run({ file, args: ["--help"] });
      expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining(`npm run bench -- ${name}`) });
      if (name === names[0]) expect(spawned).toEqual({ code, stdout, stderr: "" });
    }
  });
});

describe("an unknown option", () => {
  let process: CommandProcess;
  beforeAll(() => {
    process = startCommandProcess(environment());
  });
  afterAll(() => process?.ended());

  test.each(commands)("npm run %s with an unknown option: exit code 2 and the help", async (name) => {
    const before = await changes();
    const { code, stderr } = await runScript(process, name, "--no-such-option");
    expect(code).toBe(2);
    expect(stderr).toContain("--no-such-option");
    expect(stderr).toMatch(/npm (run|start|test)\b/);
    expect(await changes()).toEqual(before);
    expect(await leftovers()).toEqual([]);
  });
});
