/** A browser for tests: headless Chromium out of an npm package, so that no system package is needed. */
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type Browser, chromium } from "playwright-core";
import { templateFolder } from "../../local/postgres/template.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** Unpacked once for all runs: it takes seconds, and two at once would meet half a file. */
async function executable(): Promise<string> {
  const lock = await readFile(path.join(ROOT, "node_modules/@sparticuz/chromium/package.json"), "utf8");
  const folder = await templateFolder("chromium", [lock], async (empty) => {
    const script = 'import chromium from "@sparticuz/chromium"; await chromium.executablePath();';
    await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", script], {
      cwd: ROOT,
      env: { ...process.env, TMPDIR: empty },
    });
  });
  return path.join(folder, "chromium");
}

export async function startBrowser(): Promise<Browser> {
  return await chromium.launch({
    executablePath: await executable(),
    args: ["--no-sandbox", "--disable-gpu", "--hide-scrollbars"],
  });
}
