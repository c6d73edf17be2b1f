/**
 * The function runner, as a caller of /functions/v1 and as a function see it. Each test brings its own tiny function.
 */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import http from "node:http";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type FunctionConfig, type Functions, readFunctionsConfig, startFunctions } from "../../local/functions.ts";
import { type Gateway, startGateway } from "../../local/gateway.ts";
import { DEVELOPMENT_KEYS as keys, legacyKeys, signJwt } from "../../local/keys.ts";
import { untilHolds } from "../until.ts";

let folder: string;
let gateway: Gateway;
let functions: Functions | undefined;
const nobody = async () => new Response(null, { status: 404 });
let log: string[];

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "functions-test-"));
  gateway = await startGateway({ port: 0, log: (line) => log.push(line) });
  log = [];
});

afterEach(async () => {
  await gateway.stop();
  await functions?.stop();
  functions = undefined;
  await rm(folder, { recursive: true, force: true });
});

interface Setting {
  config?: Record<string, FunctionConfig>;
  env?: Record<string, string>;
  timeoutMs?: number;
}

/** Makes `sources` callable; they need no token unless `config` says so. */
async function serve(sources: Record<string, string>, setting: Setting = {}): Promise<void> {
  for (const [slug, source] of Object.entries(sources)) {
    await mkdir(path.join(folder, slug), { recursive: true });
    await writeFile(path.join(folder, slug, "index.ts"), source);
  }
  const open = Object.fromEntries(Object.keys(sources).map((slug) => [slug, { verify_jwt: false }]));
  const { env = {}, timeoutMs } = setting;
  functions = await startFunctions({
    folder,
    config: { ...open, ...setting.config },
    env,
    keys,
    timeoutMs,
    log: (line) => log.push(line),
  });
  gateway.open({ functions: functions.handle, dataApi: nobody });
}

const call = (target: string, init?: RequestInit) => fetch(`${gateway.url}/functions/v1${target}`, init);

/** A lasting look at what the function process has printed. */
const logged = (text: string) => untilHolds(() => expect(log.join("\n")).toContain(text));

const ECHO = `Deno.serve(async (request) => new Response(await request.arrayBuffer(), { headers: {
  "x-path": new URL(request.url).pathname + new URL(request.url).search, "x-method": request.method,
  "x-seen": request.headers.get("x-sent") ?? "" } }));`;

describe("a request", () => {
  test("reaches the function under /<slug>/<rest>", async () => {
    await serve({ echo: ECHO });
    const response = await call("/echo/orders/7?x=1&y=%2F");
    expect(response.headers.get("x-path")).toBe("/echo/orders/7?x=1&y=%2F");
  });

  test.each(["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])("may be a %s", async (method) => {
    await serve({ echo: ECHO });
    expect((await call("/echo", { method })).headers.get("x-method")).toBe(method);
  });

  test("of another method is answered 405", async () => {
    await serve({ echo: ECHO });
    const status = await new Promise((resolve, reject) =>
      http
        .request(`${gateway.url}/functions/v1/echo`, { method: "PROPFIND" }, (answer) =>
          resolve(answer.resume().statusCode),
        )
        .on("error", reject)
        .end(),
    );
    expect(status).toBe(405);
  });

  test("keeps its headers", async () => {
    await serve({ echo: ECHO });
    expect((await call("/echo", { headers: { "x-sent": "as is" } })).headers.get("x-seen")).toBe("as is");
  });

  test("keeps every byte of its body", async () => {
    await serve({ echo: ECHO });
    const body = Uint8Array.from({ length: 70_000 }, (_, i) => (i * 7) % 256);
    const response = await call("/echo", { method: "POST", body });
    expect(Buffer.from(await response.arrayBuffer()).equals(Buffer.from(body))).toBe(true);
  });

  test("streams: the function reads the first part before the last is sent", async () => {
    await serve({
      first: `Deno.serve(async (request) => {
        const { value } = await request.body.getReader().read();
        return new Response(value);
      });`,
    });
    const request = http.request(`${gateway.url}/functions/v1/first`, {
      method: "POST",
      headers: { "transfer-encoding": "chunked" },
    });
    const answered = new Promise<string>((resolve, reject) => {
      request.on("response", (answer) => answer.once("data", (data) => resolve(String(data)))).on("error", reject);
    });
    request.write("part one");
    expect(await answered).toBe("part one");
    request.destroy();
  });

  test("too large for the function gets the function's own early answer", async () => {
    await serve({ picky: `Deno.serve(() => new Response("too large", { status: 413 }));` });
    const response = await call("/picky", { method: "POST", body: new Uint8Array(20_000_000) });
    expect([response.status, await response.text()]).toEqual([413, "too large"]);
  });

  test("that its caller gives up is aborted for the function", async () => {
    await serve({
      slow: `Deno.serve((request) => {
        request.signal.addEventListener("abort", () => console.log("the caller is gone"));
        console.log("working");
        return new Promise(() => {});
      });`,
    });
    const caller = new AbortController();
    const response = call("/slow", { signal: caller.signal }).catch((error) => error.name);
    await logged("working");
    caller.abort();
    expect(await response).toBe("AbortError");
    await logged("the caller is gone");
  });
});

describe("an answer", () => {
  test("streams: its first part arrives before its last is made", async () => {
    await serve({
      stream: `let finish;
      Deno.serve((request) => {
        if (new URL(request.url).pathname === "/stream/finish") { finish(); return new Response("ok"); }
        return new Response(new ReadableStream({ start(c) {
          c.enqueue(new TextEncoder().encode("one"));
          finish = () => { c.enqueue(new TextEncoder().encode("two")); c.close(); };
        } }));
      });`,
    });
    const reader = (await call("/stream")).body!.getReader();
    expect(Buffer.from((await reader.read()).value!).toString()).toBe("one");
    await call("/stream/finish");
    expect(Buffer.from((await reader.read()).value!).toString()).toBe("two");
  });

  test("keeps several cookies apart", async () => {
    await serve({
      cookies: `Deno.serve(() => new Response("", { headers: [["set-cookie", "a=1"], ["set-cookie", "b=2"]] }));`,
    });
    expect((await call("/cookies")).headers.getSetCookie()).toEqual(["a=1", "b=2"]);
  });

  test("that does not begin in time is 504", async () => {
    await serve({ silent: "Deno.serve(() => new Promise(() => {}));" }, { timeoutMs: 300 });
    expect((await call("/silent")).status).toBe(504);
  });
});

describe("an unknown function is answered 404", () => {
  test.each(["/nothing", "/_shared", "/..%2Fecho", "/"])("%s", async (target) => {
    await serve({ echo: ECHO });
    await mkdir(path.join(folder, "_shared"));
    await writeFile(path.join(folder, "_shared", "index.ts"), ECHO);
    expect((await call(target)).status).toBe(404);
  });

  test("also one that config.toml disables", async () => {
    await serve({ echo: ECHO }, { config: { echo: { enabled: false } } });
    expect((await call("/echo")).status).toBe(404);
  });
});

describe("verify_jwt", () => {
  const now = Math.floor(Date.now() / 1000);
  const user = { sub: "u", role: "authenticated", exp: now + 60 };
  const none = (alg: string) => `${Buffer.from(JSON.stringify({ alg })).toString("base64url")}.e30.c2ln`;

  test.each<[string, Record<string, string>, string]>([
    ["nothing", {}, "UNAUTHORIZED_NO_AUTH_HEADER"],
    ["an unknown API key", { apikey: "sb_secret_guessed" }, "UNAUTHORIZED_NO_AUTH_HEADER"],
    ["another scheme", { authorization: "Basic YTpi" }, "UNAUTHORIZED_INVALID_JWT_FORMAT"],
    ["what is no token", { authorization: "Bearer abc" }, "UNAUTHORIZED_INVALID_JWT_FORMAT"],
    ["an API key as Bearer", { authorization: `Bearer ${keys.secretKey}` }, "UNAUTHORIZED_INVALID_JWT_FORMAT"],
    [
      "a token signed by someone else",
      { authorization: `Bearer ${signJwt(user, "another secret")}` },
      "UNAUTHORIZED_JWT",
    ],
    [
      "an expired token",
      { authorization: `Bearer ${signJwt({ ...user, exp: now - 1 }, keys.jwtSecret)}` },
      "UNAUTHORIZED_JWT",
    ],
    ["an unsigned token", { authorization: `Bearer ${none("none")}` }, "UNAUTHORIZED_UNSUPPORTED_TOKEN_ALGORITHM"],
    ["an asymmetric token", { authorization: `Bearer ${none("ES256")}` }, "UNAUTHORIZED_ASYMMETRIC_JWT"],
  ])("turns away %s", async (_, headers, code) => {
    await serve({ echo: ECHO }, { config: { echo: { verify_jwt: true } } });
    const response = await call("/echo", { headers });
    expect([response.status, response.headers.get("sb-error-code"), await response.json()]).toEqual([
      401,
      code,
      expect.objectContaining({ code, message: expect.any(String), msg: expect.any(String) }),
    ]);
  });

  test.each<[string, Record<string, string>]>([
    ["a user's token", { authorization: `Bearer ${signJwt(user, keys.jwtSecret)}` }],
    ["the legacy anon key", { authorization: `Bearer ${legacyKeys(keys.jwtSecret).anon}` }],
    ["the publishable key", { apikey: keys.publishableKey }],
    ["the secret key beside itself as Bearer", { apikey: keys.secretKey, authorization: `Bearer ${keys.secretKey}` }],
  ])("lets %s through", async (_, headers) => {
    await serve({ echo: ECHO }, { config: { echo: { verify_jwt: true } } });
    expect((await call("/echo", { headers })).status).toBe(200);
  });

  test("is the default", async () => {
    await serve({ echo: ECHO }, { config: { echo: {} } });
    expect((await call("/echo")).status).toBe(401);
  });

  test("lets a browser's preflight through", async () => {
    await serve({ echo: ECHO }, { config: { echo: { verify_jwt: true } } });
    expect((await call("/echo", { method: "OPTIONS" })).status).toBe(200);
  });
});

describe("a function", () => {
  test("sees only the variables it is given, and hosted's own", async () => {
    process.env.SIGNALBOX_TEST_LEAK = "leaked";
    await serve(
      { env: "Deno.serve(() => Response.json(Deno.env.toObject()));" },
      { env: { SUPABASE_URL: "http://x", MY_SECRET: "s" } },
    );
    const seen = await (await call("/env")).json();
    delete process.env.SIGNALBOX_TEST_LEAK;
    expect(Object.keys(seen).sort()).toEqual([
      "DENO_DEPLOYMENT_ID",
      "MY_SECRET",
      "SB_EXECUTION_ID",
      "SUPABASE_FUNCTION_SLUG",
      "SUPABASE_URL",
    ]);
    expect(seen).toMatchObject({ MY_SECRET: "s", SUPABASE_FUNCTION_SLUG: "env" });
  });

  test("may neither write files, nor run programs, nor read outside its folder", async () => {
    await serve({
      caged: `const refused = async (attempt) => { try { await attempt(); return false } catch (e) { return e.name } };
      Deno.serve(async () => Response.json(await Promise.all([
        refused(() => Deno.writeTextFile(new URL("./x", import.meta.url), "x")),
        refused(() => new Deno.Command("/bin/true").output()),
        refused(() => Deno.readTextFile("/etc/hostname")),
      ])));`,
    });
    expect(await (await call("/caged")).json()).toEqual(["NotCapable", "NotCapable", "NotCapable"]);
  });

  test("imports packages by the names in deno.json, and shared files beside it", async () => {
    await mkdir(path.join(folder, "_shared"));
    await writeFile(path.join(folder, "_shared", "word.ts"), `export const word: string = "shared";`);
    await serve({
      imports: `import { z } from "zod"; import postgres from "postgres"; import { word } from "../_shared/word.ts";
      Deno.serve(() => Response.json([z.string().parse(word), typeof postgres]));`,
    });
    expect(await (await call("/imports")).json()).toEqual(["shared", "function"]);
  });

  test("may export a default fetch instead of calling Deno.serve", async () => {
    await serve({ exported: `export default { fetch: () => new Response("exported") };` });
    expect(await (await call("/exported")).text()).toBe("exported");
  });

  test("that throws is answered 500 and goes on", async () => {
    await serve({
      throws: `let n = 0; Deno.serve(() => { if (n++ === 0) throw new Error("oops"); return new Response("again"); });`,
    });
    expect((await call("/throws")).status).toBe(500);
    await logged("oops");
    expect(await (await call("/throws")).text()).toBe("again");
  });

  test("starts once, however many first requests there are", async () => {
    await serve({ once: `const id = crypto.randomUUID(); Deno.serve(() => new Response(id));` });
    const answers = await Promise.all(Array.from({ length: 8 }, async () => (await call("/once")).text()));
    expect(new Set(answers).size).toBe(1);
  });

  test("sees the clock that it is set to, also when it starts later, and the rest of Date as it is", async () => {
    const clock = `Deno.serve(() => Response.json({
      now: Date.now(), fresh: new Date().getTime(), given: new Date(5).getTime(), utc: Date.UTC(1970, 0, 2),
      parsed: Date.parse("1970-01-01T00:00:01Z"), text: String(Date()).length > 10, is: new Date() instanceof Date,
      later: performance.now() < 3600000,
    }));`;
    await serve({ first: clock, second: clock });
    const ahead = async (slug: string) => {
      const { now, fresh, ...rest } = await (await call(`/${slug}`)).json();
      expect(rest).toEqual({ given: 5, utc: 86_400_000, parsed: 1000, text: true, is: true, later: true });
      expect(Math.abs(now - fresh)).toBeLessThan(3_600_000);
      return Math.round((now - Date.now()) / 86_400_000) + 0; // never -0
    };
    expect(await ahead("first")).toBe(0);
    functions!.setClock(30 * 86_400_000);
    await untilHolds(async () => expect(await ahead("first")).toBe(30));
    await untilHolds(async () => expect(await ahead("second")).toBe(30));
    functions!.setClock(0);
    await untilHolds(async () => expect(await ahead("first")).toBe(0));
  });

  test("stays warm between requests", async () => {
    await serve({ warm: `let n = 0; Deno.serve(() => new Response(String(++n)));` });
    await call("/warm");
    expect(await (await call("/warm")).text()).toBe("2");
  });

  test("that crashes is answered 500 WORKER_ERROR, and the next request starts it again", async () => {
    await serve({
      crash: `Deno.serve((request) => { if (request.method === "POST") Deno.exit(3); return new Response("up"); });`,
    });
    const crashed = await call("/crash", { method: "POST" });
    expect([crashed.status, (await crashed.json()).code]).toEqual([500, "WORKER_ERROR"]);
    expect(await (await call("/crash")).text()).toBe("up");
  });

  test.each([
    ["a syntax error", "this is no TypeScript"],
    ["a package that is not installed", `import "nothing-of-this-name"; Deno.serve(() => new Response());`],
    ["an error at the top", `throw new Error("no boot");`],
    ["neither Deno.serve nor a default fetch", "export const nothing = 1;"],
  ])("with %s is answered 503 BOOT_ERROR, and the log says why", async (_, source) => {
    await serve({ broken: source });
    const response = await call("/broken");
    expect([response.status, (await response.json()).code]).toEqual([503, "BOOT_ERROR"]);
    await logged("[broken] did not boot: ended with exit code 1");
    expect(log.some((line) => line.includes("error"))).toBe(true);
  });

  test("that did not boot gets another chance", async () => {
    await serve({ later: "broken(" });
    expect((await call("/later")).status).toBe(503);
    await writeFile(path.join(folder, "later", "index.ts"), ECHO);
    expect((await call("/later")).status).toBe(200);
  });
});

describe("EdgeRuntime.waitUntil", () => {
  test("goes on after the answer", async () => {
    await serve({
      later: `let release; const held = new Promise((r) => release = r);
      Deno.serve((request) => {
        if (request.method === "POST") { release(); return new Response("released"); }
        EdgeRuntime.waitUntil(held.then(() => console.log("done afterwards")));
        return new Response("answered");
      });`,
    });
    expect(await (await call("/later")).text()).toBe("answered");
    expect(log.join()).not.toContain("done afterwards");
    await call("/later", { method: "POST" });
    await logged("done afterwards");
  });

  test("survives a promise that fails", async () => {
    await serve({
      fails: `Deno.serve(() => { EdgeRuntime.waitUntil(Promise.reject(new Error("late"))); return new Response("ok"); });`,
    });
    await call("/fails");
    await logged("late");
    expect((await call("/fails")).status).toBe(200);
  });

  test("is finished before the process ends at stop", async () => {
    await serve({
      last: `Deno.serve(() => {
        addEventListener("beforeunload", () => console.log("told"));
        EdgeRuntime.waitUntil(new Promise((r) => setTimeout(r, 200)).then(() => console.log("finished")));
        return new Response("ok");
      });`,
    });
    await call("/last");
    await functions!.stop();
    expect(log).toEqual(expect.arrayContaining(["[last] told", "[last] finished"]));
  });
});

describe("this project's health", () => {
  const serveHealth = async () => {
    const home = path.resolve(import.meta.dirname, "../../functions");
    const env = { SUPABASE_DB_URL: "postgresql://postgres@127.0.0.1:1/postgres" };
    functions = await startFunctions({
      folder: home,
      config: { health: { verify_jwt: false } },
      env,
      keys,
      log: (line) => log.push(line),
    });
    gateway.open({ functions: functions.handle, dataApi: nobody });
  };

  test("is 503 with Retry-After while the database is away", async () => {
    await serveHealth();
    const response = await call("/health");
    expect([response.status, response.headers.get("retry-after"), (await response.json()).error]).toEqual([
      503,
      "10",
      "database_away",
    ]);
  });

  test("is asked with GET or HEAD only", async () => {
    await serveHealth();
    const response = await call("/health", { method: "POST" });
    expect([response.status, response.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
  });
});

test("config.toml's function tables are read, with paths from its folder", () => {
  const toml = `
project_id = "x"
[functions.stripe] # inbound
verify_jwt = false # signed
entrypoint = "../functions/stripe/index.ts"
[functions.old-one]
enabled = false
[db]
enabled = true`;
  expect(readFunctionsConfig(toml, "/project/supabase")).toEqual({
    stripe: { verify_jwt: false, entrypoint: "/project/functions/stripe/index.ts" },
    "old-one": { enabled: false },
  });
});
