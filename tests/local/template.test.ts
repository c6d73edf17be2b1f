/** The cache of folders that are copied rather than made. */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { copyFolder, templateFolder } from "../../local/postgres/template.ts";

let temporary: string;
beforeEach(async () => {
  temporary = await mkdtemp(path.join(os.tmpdir(), "template-test-"));
  vi.spyOn(os, "tmpdir").mockReturnValue(temporary);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(temporary, { recursive: true, force: true });
});

const word = (text: string) => vi.fn((folder: string) => writeFile(path.join(folder, "word"), text));
const read = (folder: string) => readFile(path.join(folder, "word"), "utf8");
const name = () => `test-${crypto.randomUUID()}`;
const cache = () => path.join(temporary, `signalbox-cache-${process.getuid!()}`);

test("a folder is made once for the same inputs, and anew for others", async () => {
  const one = name();
  const make = word("made");
  const first = await templateFolder(one, ["a", "b"], make);
  expect(await templateFolder(one, ["a", "b"], make)).toBe(first);
  expect(make).toHaveBeenCalledOnce();
  expect(await read(first)).toBe("made");
  const others = await Promise.all([["ab"], ["a", "b", ""], ["b", "a"]].map((each) => templateFolder(one, each, make)));
  expect(new Set([first, ...others]).size).toBe(4);
});

test("two processes at once make it once", async () => {
  const module = new URL("../../local/postgres/template.ts", import.meta.url).href;
  const script = `
    import { writeFileSync } from "node:fs";
    const { templateFolder } = await import(${JSON.stringify(module)});
    console.log(await templateFolder("shared", ["x"], async (folder) => {
      await new Promise((resolve) => setTimeout(resolve, 300));
      writeFileSync(folder + "/word", String(process.pid));
    }));`;
  const run = () =>
    promisify(execFile)(
      process.execPath,
      ["--import", import.meta.resolve("tsx"), "--input-type=module", "-e", script],
      {
        env: { ...process.env, TMPDIR: temporary },
      },
    );
  const [one, other] = await Promise.all([run(), run()]);
  expect(one.stdout).toBe(other.stdout);
  expect(await readdir(cache())).toEqual([path.basename(one.stdout.trim())]);
});

test("a make that fails leaves nothing, and the next one succeeds", async () => {
  const one = name();
  await expect(templateFolder(one, [], () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(await readdir(cache())).toEqual([]);
  expect(await read(await templateFolder(one, [], word("later")))).toBe("later");
});

test("a lock that a dead process left is taken over", async () => {
  const one = name();
  const folder = await templateFolder(one, [], word("first"));
  await rm(folder, { recursive: true });
  // No process has this id: it is above the system's largest.
  await writeFile(`${folder}.lock`, "99999999");
  expect(await read(await templateFolder(one, [], word("second")))).toBe("second");
});

test("a cache folder that somebody else has put there is refused", async () => {
  await mkdir(path.join(temporary, "elsewhere"));
  await symlink(path.join(temporary, "elsewhere"), cache());
  await expect(templateFolder(name(), [], word("x"))).rejects.toThrow(/is not this user's own folder/);
});

test("a copy has all that the folder has, and leaves it as it is", async () => {
  const folder = await templateFolder(name(), [], word("kept"));
  const copy = path.join(temporary, "copy");
  await copyFolder(folder, copy);
  await writeFile(path.join(copy, "word"), "changed");
  expect([await read(folder), await read(copy)]).toEqual(["kept", "changed"]);
});
