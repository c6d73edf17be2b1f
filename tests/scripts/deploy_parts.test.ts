/** The parts of `npm run deploy` that need neither the CLI nor a database. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Fault, type ManagementApi, startManagementApi } from "../../local/management_api.ts";
import { bundleSize, MAX_BUNDLE_BYTES } from "../../scripts/deploy/bundle_size.ts";
import { describeConnections } from "../../scripts/deploy/connections.ts";
import { type ManagementClient, managementClient } from "../../scripts/deploy/management_client.ts";
import { compareSecrets, readDigests, setSecrets } from "../../scripts/deploy/secrets.ts";
import { smokeTest } from "../../scripts/deploy/smoke_test.ts";
import { type DeployedFunction, isSame, readDeployed, readSources } from "../../scripts/deploy/sources.ts";
import type { Target } from "../../scripts/deploy/target.ts";
import { ROOT } from "../../scripts/schema/schema.ts";

const REF = "abcdefghijklmnopqrst";
const TOKEN = `sbp_${"a1".repeat(20)}`;

let api: ManagementApi;
let client: ManagementClient;
/** In ms, as it would have waited. */
let waits: number[];

beforeEach(async () => {
  api = await startManagementApi({ project: REF, token: TOKEN });
  waits = [];
  const wait = async (ms: number) => waits.push(ms);
  client = managementClient({ ref: REF, token: TOKEN, apiUrl: api.profile.api_url!, fetch, retryDelayMs: 1, wait });
});
afterEach(() => api.stop());

describe("a request of the Management API", () => {
  const reading = () => client.ask("config/auth", "Not read");

  test.each<[string, Pick<Fault, "answer">]>([
    ["429", { answer: 429 }],
    ["502", { answer: 502 }],
    ["503", { answer: 503 }],
    ["504", { answer: 504 }],
    ["a lost connection", { answer: "reset" }],
  ])("is made again after %s", async (_, fault) => {
    api.fail({ request: /./, times: 3, ...fault });
    expect(await reading()).toEqual({ mailer_autoconfirm: false });
  });

  test("is given up after four tries", async () => {
    api.fail({ request: /./, times: 4, answer: 503 });
    await expect(reading()).rejects.toThrow(/^Not read \(status 503: A fault\)\.\nEvery step can be repeated/);
    expect(await reading()).toEqual({ mailer_autoconfirm: false });
  });

  test.each([400, 401, 403, 404, 500])("is not made again after %i", async (answer) => {
    api.fail({ request: /./, times: 1, answer });
    await expect(reading()).rejects.toThrow(`(status ${answer}: A fault)`);
  });

  test("is not made again when it is to wait for longer than a minute", async () => {
    api.fail({ request: /./, times: 1, answer: 429, retryAfter: 3600 });
    await expect(reading()).rejects.toThrow("status 429");
  });

  test("waits as long as Retry-After says", async () => {
    api.fail({ request: /./, times: 1, answer: 429, retryAfter: 40 });
    await reading();
    expect(waits).toEqual([40_000]);
  });

  test("waits longer before each try when a response does not say for how long", async () => {
    api.fail({ request: /./, times: 3, answer: "reset" });
    await reading();
    expect(waits).toEqual([1, 2, 4]);
  });

  test("that sets secrets twice, for its response was lost, sets them once", async () => {
    api.fail({ request: /^POST \/secrets/, answer: "reset", afterwards: true });
    const values = { A: "1", B: "2" };
    await setSecrets(client, values, compareSecrets(values, new Map()));
    expect(api.secrets).toEqual(values);
    expect(api.writes).toEqual(["POST /secrets", "POST /secrets"]);
  });
});

describe("secrets", () => {
  test("are new, changed or unchanged by the digests that the project tells", async () => {
    Object.assign(api.secrets, { SAME: "one", OTHER: "two" });
    const changes = compareSecrets({ SAME: "one", OTHER: "three", NEW: "four" }, await readDigests(client));
    expect(changes).toEqual({ added: ["NEW"], changed: ["OTHER"], unchanged: ["SAME"] });
  });

  test("are all set where the project tells no digests", () => {
    expect(compareSecrets({ A: "1" }, undefined)).toMatchObject({ added: ["A"] });
  });

  test("that are unchanged are not set again", async () => {
    await setSecrets(client, { A: "1" }, { added: [], changed: [], unchanged: ["A"] });
    expect(api.writes).toEqual([]);
  });
});

describe("the sources of a deployed function", () => {
  const files = (contents: Record<string, string>) =>
    new Map(Object.entries(contents).map(([name, text]) => [name, Buffer.from(text)]));
  const LOCAL = {
    "deno.json": "{}",
    "functions/hello/index.ts": 'import "../_shared/a.ts";',
    "functions/_shared/a.ts": "export {};\r\n--not-a-boundary\r\n",
  };
  const deployed: DeployedFunction = { slug: "hello", version: 1, verify_jwt: false };
  const local = { entrypoint: "functions/hello/index.ts", verifyJwt: false, files: files(LOCAL) };

  /** Deploys `contents`, as the CLI does, and reads them back. */
  async function roundTrip(contents: Record<string, string>) {
    const form = new FormData();
    for (const [name, text] of Object.entries(contents)) form.append("file", new File([text], name));
    form.append(
      "metadata",
      JSON.stringify({ entrypoint_path: "functions/hello/index.ts", import_map_path: "deno.json", verify_jwt: false }),
    );
    await client.send("functions/deploy?slug=hello", "Not deployed", { method: "POST", body: form });
    const [listed] = await readDeployed(client);
    return { listed: listed!, sources: (await readSources(client, listed!))! };
  }

  test("are read to the byte, below the folder that they have in common", async () => {
    const { sources } = await roundTrip(LOCAL);
    expect(sources).toEqual({ entrypoint: "functions/hello/index.ts", importMap: "deno.json", files: files(LOCAL) });
  });

  test("are the same as here when nothing changed", async () => {
    const { listed, sources } = await roundTrip(LOCAL);
    expect(isSame(listed, sources, local)).toBe(true);
  });

  test.each<[string, Record<string, string>]>([
    ["the entrypoint", { "functions/hello/index.ts": "other" }],
    ["a module that it imports", { "functions/_shared/a.ts": "other" }],
    ["the import map", { "deno.json": '{"imports":{}}' }],
    ["a module that is gone here", { "functions/_shared/gone.ts": "" }],
  ])("are not the same when %s differs", (_, change) => {
    const sources = { entrypoint: local.entrypoint, files: files({ ...LOCAL, ...change }) };
    expect(isSame(deployed, sources, local)).toBe(false);
  });

  test("are not the same when the gateway checks other callers", () => {
    expect(isSame({ ...deployed, verify_jwt: true }, { ...local, files: local.files }, local)).toBe(false);
  });

  test("are the same without modules of types, which are not in a bundle", () => {
    const sources = { entrypoint: local.entrypoint, files: files(LOCAL) };
    expect(isSame(deployed, sources, { ...local, files: files({ ...LOCAL, "functions/types.ts": "" }) })).toBe(true);
  });

  test("are the same when the project tells them from another folder", () => {
    const there = {
      "hello/index.ts": LOCAL["functions/hello/index.ts"],
      "_shared/a.ts": LOCAL["functions/_shared/a.ts"],
    };
    expect(isSame(deployed, { entrypoint: "hello/index.ts", files: files(there) }, local)).toBe(true);
  });
});

describe("the size of a bundle", () => {
  const code = (text: string) => new Map([["functions/a/index.ts", Buffer.from(text)]]);

  test("counts the packages that a function imports, whole and compressed", () => {
    const none = bundleSize(ROOT, code("export {};"));
    const withZod = bundleSize(ROOT, code('import { z } from "npm:zod@4";\nz.string();'));
    expect(none).toBeLessThan(100);
    expect(withZod).toBeGreaterThan(100_000);
    expect(withZod).toBeLessThan(MAX_BUNDLE_BYTES);
  });

  test("finds a package by the import map, and one that is imported later", () => {
    const mapped = new Map([
      ...code('await import("orm");'),
      ["deno.json", Buffer.from('{"imports":{"orm":"npm:postgres@3.4.9"}}')] as const,
    ]);
    expect(bundleSize(ROOT, mapped)).toBeGreaterThan(10_000);
  });

  test("does not count a package of which only the types are imported", () => {
    expect(bundleSize(ROOT, code('import type Stripe from "npm:stripe@23.1.0";'))).toBeLessThan(200);
  });
});

describe("the smoke test", () => {
  /** A target whose functions answer as `functions` says, by slug. */
  function answering(functions: Record<string, (init: RequestInit) => Response>): Target {
    const given = { file: "", all: {}, values: { STRIPE_WEBHOOK_SECRET: "whsec_first whsec_second" } };
    const call = async (url: string | URL | Request, init: RequestInit = {}) =>
      functions[String(url).split("/").pop()!]!(init);
    return {
      ...{ functionsUrl: "https://x.test/functions/v1", retryDelayMs: 1, given },
      fetch: call,
    } as unknown as Target;
  }
  const down = () => Response.json({ status: "down", reasons: ["The courier is away."] }, { status: 503 });
  const accepted = () => Response.json({ id: "1", status: "ignored", duplicate: false });

  test("tells why health is down", async () => {
    const target = answering({ health: down, stripe: () => new Response("", { status: 401 }) });
    await expect(smokeTest(target, ["health"])).rejects.toThrow(
      /^Health answers 503: The courier is away\.\nEverything is deployed, but not all of it works.*--undo/s,
    );
  });

  test("fails when an event is taken twice, and when a forged one is taken", async () => {
    const target = answering({ stripe: accepted });
    await expect(smokeTest(target, ["stripe"])).rejects.toThrow(
      /was not dropped as a duplicate(.|\n)*A forged event at stripe was answered 200, not 401/,
    );
  });

  test("fails when a signed event is refused, and says with what", async () => {
    const refused = () => Response.json({ code: "signature_wrong" }, { status: 401 });
    await expect(smokeTest(answering({ stripe: refused }), ["stripe"])).rejects.toThrow(
      /A signed test event at stripe was answered 401, not 200: .*signature_wrong/,
    );
  });

  test("sends no signed event without a secret, and says so", async () => {
    const target = { ...answering({ stripe: () => new Response("{}", { status: 401 }) }), given: undefined };
    expect(await smokeTest(target, ["stripe"])).toEqual([
      "No signed test event was sent: --env-file sets no STRIPE_WEBHOOK_SECRET.",
      "A forged event at stripe: refused (401).",
    ]);
  });
});

describe("connections", () => {
  test("are counted in workers: those of the smallest compute size", () => {
    expect(describeConnections({ all: 60, reserved: 3, others: 20 })).toBe(
      "The database has 60 connections, of which 3 are reserved and 20 in use by others now. That leaves 37 for " +
        "functions: 9 workers with all 4 of theirs. A burst beyond that is answered 503, and sent again by its provider.",
    );
  });
  test.each([50, 57, 70])("with %s in use by others, it says that few are left, and what to do", (others) => {
    const words = describeConnections({ all: 60, reserved: 3, others });
    expect(words).toContain(`That leaves ${Math.max(0, 57 - others)} for functions`);
    expect(words).toMatch(/That is few: .*larger compute size/);
  });
});
