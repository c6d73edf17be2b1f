/** A courier before a database that this file plays: what it asks for, and what it does when a statement is refused. */
import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import postgres from "postgres";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import type { Delivery } from "../../../functions/_shared/outbound/adapter.ts";
import type { AttemptResult } from "../../../functions/_shared/outbound/attempt.ts";
import { runCourier } from "../../../functions/_shared/outbound/courier.ts";
import { openDatabase } from "../../../functions/_shared/platform/database.ts";
import type { Runtime } from "../../../functions/_shared/platform/runtime.ts";
import { until } from "../../until.ts";

/** What the receiver does with a request; answers 200 by default. */
let answer: (response: ServerResponse) => void;
let server: Server;
let url: string;
beforeAll(async () => {
  server = createServer((request, response) => request.resume().on("end", () => answer(response)));
  await once(server.listen(0, "127.0.0.1"), "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  // Postgres' errors are known as such once its driver is loaded, by the first query.
  const nowhere = openDatabase("postgres://nobody@127.0.0.1:9/none");
  await expect(nowhere.query("select 1", [])).rejects.toThrow();
  await nowhere.close();
});
afterAll(() => server.close());
afterEach(() => vi.restoreAllMocks());

const aDelivery = (delivery_id: string, body = '{"type":"thing.made"}'): Delivery => ({
  ...{ delivery_id, attempt: 1, message_id: crypto.randomUUID(), type: "thing.made", destination: "tests" },
  ...{ adapter: "webhook", url, timeout_ms: 60_000, provider: null, body, replay_id: null },
});

// The types of postgres.js know no way to make one.
const refusal = Object.assign(Object.create(postgres.PostgresError.prototype), { code: "22P05", message: "refused" });

interface Claim {
  room: number;
  maxBytes: number | null;
}

/** How often a courier looked at the clock: at least once a turn. */
let looks = 0;

/** Runs a courier that gets these deliveries, one batch by each claim that has room. */
async function runWith(
  batches: Delivery[][],
  { refuses = () => false, claims = [] }: { refuses?: (result: AttemptResult) => boolean; claims?: Claim[] } = {},
): Promise<{ attempted: number; recorded: AttemptResult[] }> {
  const recorded: AttemptResult[] = [];
  const count = batches.flat().length;
  const ending = new AbortController();
  const record = (results: AttemptResult[]) => {
    if (results.some(refuses)) throw refusal;
    recorded.push(...results);
  };
  const query = async (statement: string, values: unknown[]): Promise<object[]> => {
    if (statement.includes("outbox.wake")) return [{ id: "courier" }];
    if (statement.includes("outbox.finish_run")) return [{ yes: true }];
    if (statement.includes("outbox.record_and_claim")) {
      const [, results, room, maxBytes] = values as [string, AttemptResult[], number, number | null];
      record(results);
      if (room === 0) return [];
      claims.push({ room, maxBytes });
      const batch = batches.shift();
      if (!batch && recorded.length === count) ending.abort();
      return batch ?? [];
    }
    if (statement.includes("outbox.record(")) record((values as [string, AttemptResult[]])[1]);
    return [];
  };
  const env: Record<string, string> = {
    OUTBOUND_ALLOW_LOOPBACK: "true",
    TESTS_SIGNING_SECRET: `whsec_${btoa("0123456789abcdef01234567")}`,
  };
  const runtime = {
    env: (name: string) => env[name],
    now: () => {
      looks++;
      return Date.now();
    },
    defer() {},
    ending: ending.signal,
    database: { query, close: async () => {} },
  } as unknown as Runtime;
  return { attempted: await runCourier(runtime, { pump: "bell", milliseconds: 500_000 }), recorded };
}

describe("results that the database refuses together", () => {
  test("are recorded one by one: one that cannot be stored holds back no other, and is recorded without its text", async () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    let n = 0;
    answer = (response) => response.writeHead(400).end(`answer ${n++ === 1 ? "that no table takes" : "as usual"}`);
    const { recorded } = await runWith([["1", "2", "3"].map((id) => aDelivery(id))], {
      refuses: ({ response_body }) => response_body === "answer that no table takes",
    });
    expect(recorded.map(({ delivery_id }) => delivery_id).sort()).toEqual(["1", "2", "3"]);
    expect(recorded.map(({ status_code }) => status_code)).toEqual([400, 400, 400]);
    expect(recorded.map(({ response_body }) => response_body).sort()).toEqual([
      "answer as usual",
      "answer as usual",
      null,
    ]);
    expect(recorded.find(({ response_body }) => response_body === null)!.error).toMatch(/could not be recorded/);
  });
});

describe("the text that a courier asks for", () => {
  test("is what its limit of 8 MB leaves beside what it holds, and unlimited when it holds none", async () => {
    const held: ServerResponse[] = [];
    answer = (response) => held.push(response);
    const claims: Claim[] = [];
    const running = runWith([[aDelivery("1", "x".repeat(3_000_000))], [aDelivery("2", "x".repeat(4_000_000))]], {
      claims,
    });
    await until("both are under way, and a claim follows", () => held.length === 2 && claims.length > 2);
    const whileHeld = claims.map(({ maxBytes }) => maxBytes);
    held[0]!.end();
    await until("the room of the first is free again", () => claims.at(-1)!.maxBytes === 4_000_000);
    held[1]!.end();
    expect((await running).attempted).toBe(2);
    expect(whileHeld.slice(0, 3)).toEqual([null, 5_000_000, 1_000_000]);
    expect(claims.at(-1)!.maxBytes).toBe(null);
  });

  test("is none while it holds as much as it may", async () => {
    const held: ServerResponse[] = [];
    answer = (response) => held.push(response);
    const claims: Claim[] = [];
    const running = runWith([[aDelivery("1", "x".repeat(9_000_000))]], { claims });
    await until("it is under way", () => held.length === 1);
    const before = looks;
    await until("the courier took more turns", () => looks > before + 5);
    const asked = claims.length;
    held[0]!.end();
    expect((await running).attempted).toBe(1);
    expect(asked).toBe(1);
  });
});
