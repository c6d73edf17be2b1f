/** .github/workflows/, read line by line: a YAML parser would be a dependency for this alone. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { OPTIONS } from "../../scripts/deploy/target.ts";
import { ROOT } from "../../scripts/schema/schema.ts";
import { allTestFiles, selectTests } from "../../scripts/test/paths.ts";

const workflow = await readFile(path.join(ROOT, ".github/workflows/ci.yml"), "utf8");

/** The items of the block list under `tests:`; each is the arguments of one job's `.ci/run`. */
function jobs(): string[][] {
  const list = /^( +)tests:\n((?:\1 +- .+\n)+)/m.exec(workflow)?.[2] ?? "";
  return [...list.matchAll(/- (.+)/g)].map(([, args]) => args!.trim().split(" "));
}

describe(".github/workflows/ci.yml", () => {
  test("runs every test file, each in one job", async () => {
    const all = await allTestFiles();
    const selected = jobs()
      .map((args) => args.filter((arg) => arg !== "check"))
      .filter((args) => args.length > 0)
      .map((args) => selectTests(all, args));
    expect(selected.flatMap(({ pgtap }) => pgtap).sort()).toEqual(all.pgtap);
    expect(selected.flatMap(({ vitest }) => vitest).sort()).toEqual(all.vitest);
  });

  test("runs the checks, in one job", () => {
    expect(jobs().filter((args) => args.includes("check"))).toHaveLength(1);
  });

  test("has the releases' tags: without them, no migration of a release is held to", () => {
    expect(workflow.split("\n  demo:")[0]).toContain("fetch-depth: 0\n");
  });

  test("hands each job its part by .ci/run, as .ci/run takes it", async () => {
    expect(workflow).toMatch(/- run: \.ci\/run \$\{\{ matrix\.tests \}\}$/m);
    expect(await readFile(path.join(ROOT, ".ci/run"), "utf8")).toContain('npm test -- "$@"\n');
  });

  test("pins every action to a commit, may only read, and ends by itself", () => {
    const used = [...workflow.matchAll(/uses: (.+)/g)].map(([, action]) => action);
    expect(used.length).toBeGreaterThan(0);
    for (const action of used) expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    expect(workflow).toMatch(/^permissions:\n {2}contents: read\n\n/m);
    expect(workflow.match(/timeout-minutes:/g)).toHaveLength(workflow.match(/runs-on:/g)!.length);
  });
});

describe(".github/workflows/deploy.yml", async () => {
  const deploying = await readFile(path.join(ROOT, ".github/workflows/deploy.yml"), "utf8");

  test("pins every action to a commit, may only read, and ends by itself", () => {
    const used = [...deploying.matchAll(/uses: (.+)/g)].map(([, action]) => action);
    expect(used.length).toBeGreaterThan(0);
    for (const action of used) expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    expect([...deploying.matchAll(/^ {2}\w+: (read|write)$/gm)].map(([, access]) => access)).toEqual(["read", "read"]);
    expect(deploying).toMatch(/timeout-minutes:/);
  });

  test("puts no input and no secret into a script: they go through the environment", () => {
    const [, ...scripts] = deploying.split(/\brun: /);
    for (const script of scripts) expect(script.split(/\n {6}- /)[0]).not.toContain("${{");
  });

  test("gives npm run deploy only options that it takes", () => {
    const given = [...deploying.matchAll(/args\+?=\((--[a-z-]+)/g)].map(([, option]) => option!.slice(2));
    expect(given.toSorted()).toEqual(["dry-run", "env-file", "project", "prune", "undo"]);
    for (const option of given) expect(OPTIONS).toHaveProperty(option);
  });
});
