/** `npm run console`: what it refuses, and what it serves. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { ROOT } from "../../scripts/schema/schema.ts";
import { until } from "../until.ts";

function start(args: string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, ["--import", "tsx", path.join(ROOT, "scripts/console.ts"), ...args], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
  });
  const output = { text: "" };
  child.stdout.on("data", (data) => (output.text += data));
  child.stderr.on("data", (data) => (output.text += data));
  return { child, output, exited: once(child, "exit").then(([code]) => code as number) };
}

const SERVICE_ROLE = `x.${Buffer.from(JSON.stringify({ role: "service_role" })).toString("base64url")}.x`;

describe("it refuses", () => {
  test.each([
    [["--url", "https://x.supabase.co", "--key", "sb_secret_1"], "secret key"],
    [["--url", "https://x.supabase.co", "--key", SERVICE_ROLE], "secret key"],
    [["--url", "https://x.supabase.co"], "--url and --key go together"],
    [["--url", "nonsense", "--key", "k"], "is no address"],
    [["--project", "short"], "Which project?"],
    [["--project", "abcdefghijklmnopqrst"], "SUPABASE_ACCESS_TOKEN is not set"],
  ])("%j", async (args, sentence) => {
    const { output, exited } = start(args);
    expect(await exited).toBe(2);
    expect(output.text).toContain(sentence);
  });
});

test("the page is served on this machine, and calls the project alone; SIGTERM ends it with 0", async () => {
  const { child, output, exited } = start([
    "--url",
    "https://x.supabase.co/",
    "--key",
    "sb_publishable_1",
    "--port",
    "0",
  ]);
  const url = await until("its address", () => /http:\/\/127\.0\.0\.1:\d+\/console\//.exec(output.text)?.[0]);
  const config = await (await fetch(`${url}config.json`)).json();
  expect(config).toEqual({ api_url: "https://x.supabase.co", publishable_key: "sb_publishable_1", local: false });
  const response = await fetch(url);
  expect(await response.text()).toContain('<div id="root">');
  expect(response.headers.get("content-security-policy")).toContain(
    "connect-src 'self' https://x.supabase.co wss://x.supabase.co",
  );
  // TRACE is answered, and it goes on.
  const odd = request(url, { method: "TRACE" }).end();
  const [refused] = (await once(odd, "response")) as [IncomingMessage];
  expect(refused.resume().statusCode).toBe(500);
  expect((await fetch(`${url}config.json`)).status).toBe(200);
  child.kill("SIGTERM");
  expect(await exited).toBe(0);
});
