/** functions/health: what strangers and what monitors learn. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type HealthDetails, metrics } from "../../../functions/_shared/operations/health.ts";
import { healthHandler } from "../../../functions/_shared/operations/health_handler.ts";
import { SETTINGS } from "../../../functions/_shared/operations/settings.ts";
import { type Database, DatabaseAway } from "../../../functions/_shared/platform/database.ts";

const NOW = Date.parse("2026-11-28T12:00:00Z");
const WELL: HealthDetails = {
  down: [],
  attention: { urgent: 0, soon: 1, note: 2 },
  alerts: { last_run_at: "2026-11-28T11:59:30Z" },
  jobs: [{ name: 'signalbox: "tidy"', problem: null, last_run_at: "2026-11-28T11:59:00Z" }],
  pg_net: { queued: 0 },
  courier: { awake: true, due: 3, oldest_due_at: "2026-11-28T11:59:50Z", waiting: 5, dead: 1 },
  destinations: [{ name: "make", state: "breaker open", last_delivered_at: null }],
  events: { failed: 1, parked: 0, oldest_unapplied_at: "2026-11-28T11:00:00Z" },
  rejections: [{ provider: "stripe", reason: "signature_wrong", count: 20 }],
  reconciler: [{ provider: "stripe", reconciled_until: "2026-11-28T11:50:00Z" }],
  audit: null,
};

function open(details: HealthDetails | Error, env: Record<string, string> = { HEALTH_KEY: "a-long-key" }) {
  let asked = 0;
  let time = NOW;
  const database = {
    async query() {
      asked++;
      if (details instanceof Error) throw details;
      return [{ health: details }];
    },
    close: async () => {},
  } as unknown as Database;
  const handle = healthHandler({ env: (name) => env[name], now: () => time, database });
  return {
    get: (path = "", headers: Record<string, string> = {}, method = "GET") =>
      handle(new Request(`http://localhost/health${path}`, { method, headers })),
    asked: () => asked,
    wait: (ms: number) => {
      time += ms;
    },
  };
}
const KEY = { authorization: "Bearer a-long-key" };

describe("the status", () => {
  test("is ok while nothing urgent waits", async () => {
    const response = await open(WELL).get();
    expect([response.status, await response.json()]).toEqual([200, { status: "ok" }]);
  });
  test("is degraded, and 200, while something urgent waits for a person", async () => {
    const response = await open({ ...WELL, attention: { urgent: 2, soon: 0, note: 0 } }).get();
    expect([response.status, await response.json()]).toEqual([200, { status: "degraded" }]);
  });
  test("is down, and 503, when nobody is alerted any more", async () => {
    const response = await open({ ...WELL, down: ["Nobody is alerted."] }).get();
    expect([response.status, await response.json()]).toEqual([503, { status: "down" }]);
  });
  test("is down while the database is away", async () => {
    const response = await open(new DatabaseAway("no answer")).get();
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ status: "down", error: "database_away" });
  });
});

describe("the details", () => {
  test("are told with the key: reasons, figures, and which settings are set, by name only", async () => {
    const response = await open({ ...WELL, down: ["Nobody is alerted."] }).get("", KEY);
    const body = await response.json();
    expect(body).toMatchObject({ status: "down", reasons: ["Nobody is alerted."], courier: WELL.courier });
    expect(body.settings.set).toEqual(["HEALTH_KEY"]);
    expect(body.settings.not_set).toContain("STRIPE_WEBHOOK_SECRET");
    expect(JSON.stringify(body)).not.toContain("a-long-key");
  });
  test.each([
    ["another key", { authorization: "Bearer another" }, undefined],
    ["an empty key", { authorization: "Bearer " }, undefined],
    ["a key, while none is set", KEY, {}],
  ])("are not told to a stranger with %s", async (_, headers, env) => {
    const response = await open(WELL, env ?? { HEALTH_KEY: "a-long-key" }).get("", headers);
    expect(await response.json()).toEqual({ status: "ok" });
  });
  test("are asked of the database at most every five seconds, however many ask", async () => {
    const health = open(WELL);
    await Promise.all(Array.from({ length: 20 }, () => health.get()));
    expect(health.asked()).toBe(1);
    health.wait(6000);
    await health.get();
    expect(health.asked()).toBe(2);
  });
  test("are asked again at once after the database did not answer", async () => {
    const health = open(new DatabaseAway("no answer"));
    await health.get();
    await health.get();
    expect(health.asked()).toBe(2);
  });
});

describe("the metrics", () => {
  test("are not for strangers", async () => {
    expect((await open(WELL).get("/metrics")).status).toBe(401);
  });
  test("are in Prometheus' format: each a name, labels and a number", async () => {
    const text = await (await open(WELL).get("/metrics", KEY)).text();
    expect(text).toContain('signalbox_job_problem{job="signalbox: \\"tidy\\""} 0\n');
    expect(text).toContain('signalbox_rejections_last_hour{provider="stripe",reason="signature_wrong"} 20\n');
    expect(text).toContain("signalbox_oldest_due_age_seconds 10\n");
    const samples = text
      .trimEnd()
      .split("\n")
      .filter((line) => !line.startsWith("#"));
    for (const line of samples)
      expect(line).toMatch(/^signalbox_[a-z_]+(\{[a-z_]+="(\\.|[^"\\])*"(,[a-z_]+="(\\.|[^"\\])*")*\})? -?[\d.]+$/);
  });
  test("leave out what is not known", () => {
    expect(metrics(WELL, NOW)).not.toMatch(/^signalbox_audit_found /m);
  });
});

test("a method that changes something is refused", async () => {
  expect((await open(WELL).get("", {}, "POST")).status).toBe(405);
});

test("HEAD is answered as GET is", async () => {
  expect((await open(WELL).get("", {}, "HEAD")).status).toBe(200);
});

test("each setting of .env.example is among those that health names", () => {
  const example = readFileSync(new URL("../../../.env.example", import.meta.url), "utf8");
  const named = [...example.matchAll(/^([A-Z][A-Z_]*)=/gm)].map(([, name]) => name!);
  expect([...SETTINGS].sort()).toEqual(named.sort());
});

test("each setting that a function reads by its name is in .env.example, so that it can be set", async () => {
  // The platform sets these itself.
  const ofThePlatform = /^(SUPABASE|SB|DENO)_/;
  const folder = new URL("../../../functions/", import.meta.url);
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
  const code = files.map((name) => readFileSync(new URL(name, folder), "utf8")).join("\n");
  const read = [...code.matchAll(/\benv\("([A-Z][A-Z_]*)"\)/g)].map(([, name]) => name!);
  expect(read.length).toBeGreaterThan(20);
  expect(read.filter((name) => !ofThePlatform.test(name) && !(SETTINGS as readonly string[]).includes(name))).toEqual(
    [],
  );
});
