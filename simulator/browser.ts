/** A browser for tests and benchmarks: headless Chromium out of an npm package, so that no system package is needed. */
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type Browser, chromium } from "playwright-core";
import { templateFolder } from "../local/postgres/template.ts";

const ROOT = fileURLToPath(new URL("../", import.meta.url));

/** Unpacked once for all runs: it takes seconds, and two at once would meet half a file. */
async function executable(): Promise<string> {
  const lock = await readFile(path.join(ROOT, "node_modules/@sparticuz/chromium/package.json"), "utf8");
  const folder = await templateFolder("chromium", [lock, "with libraries"], async (empty) => {
    const script = 'import chromium from "@sparticuz/chromium"; await chromium.executablePath();';
    await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", script], {
      cwd: ROOT,
      // For AWS's runtime it unpacks the system's libraries, too.
      env: { ...process.env, TMPDIR: empty, AWS_EXECUTION_ENV: "AWS_Lambda_nodejs20.x" },
    });
  });
  return path.join(folder, "chromium");
}

/** Of the libraries of the package only what this system lacks is of use: a system's own fit it better. */
async function environment(program: string): Promise<Record<string, string>> {
  const needs = await promisify(execFile)("ldd", [program]).catch(() => ({ stdout: "" }));
  const libraries = path.join(path.dirname(program), "al2023/lib");
  return {
    ...(process.env as Record<string, string>),
    ...(needs.stdout.includes("not found") && { LD_LIBRARY_PATH: libraries }),
  };
}

export async function startBrowser(): Promise<Browser> {
  const program = await executable();
  return await chromium.launch({
    executablePath: program,
    args: ["--no-sandbox", "--disable-gpu", "--hide-scrollbars"],
    env: await environment(program),
  });
}
