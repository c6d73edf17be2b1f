/** Fapshi's API over HTTP: confirming webhooks, the history, and the stand-in. */
import { readFileSync } from "node:fs";
import { request } from "node:http";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { openFapshi } from "../../../../functions/_shared/providers/fapshi/api.ts";
import { fapshiHistory } from "../../../../functions/_shared/providers/fapshi/history.ts";
import { fapshi } from "../../../../functions/_shared/providers/fapshi/webhook.ts";
import { createFapshi, type FapshiStandIn, type Transaction } from "../../../../local/providers/fapshi.ts";
import { fapshiEvent } from "../../../../simulator/providers/fapshi.ts";
import { type Mounted, mounted } from "../../mounted.ts";
import { abortAfterOneTry, timeout } from "../../signals.ts";
import { translate } from "../translate.ts";

const fixture = (name: string) =>
  readFileSync(new URL(`../../../fixtures/fapshi/${name}.json`, import.meta.url), "utf8");

let standIn: FapshiStandIn;
let server: Mounted;
let env: Record<string, string | undefined>;
const readEnv = (name: string) => env[name];

beforeEach(async () => {
  standIn = createFapshi();
  server = await mounted({ fapshi: standIn });
  env = { FAPSHI_BASE_URL: server.url, FAPSHI_API_USER: "user", FAPSHI_API_KEY: "key" };
});

afterEach(async () => {
  vi.restoreAllMocks();
  await server.stop();
});

const confirm = (event: unknown, signal = timeout()) => fapshi.confirm(event, readEnv, signal);

describe("confirm", () => {
  const BODY = fixture("successful");
  const event = JSON.parse(BODY);

  test("returns the transaction of the API, requested with both credentials", async () => {
    standIn.put(BODY);
    const answer = await confirm(event);
    expect(answer).toMatchObject({ outcome: "confirmed" });
    expect(JSON.parse((answer as { text: string }).text)).toEqual(event);
    const [{ method, path, headers, body }] = standIn.asked as [FapshiStandIn["asked"][0]];
    expect([method, path, body]).toEqual(["GET", "/payment-status/ll7J2fl4", ""]);
    expect([headers.get("apiuser"), headers.get("apikey")]).toEqual(["user", "key"]);
  });

  test("returns the transaction alone when the response is a list with one member", async () => {
    standIn.put(BODY);
    standIn.answersWithArrays = true;
    expect(await confirm(event)).toEqual({ outcome: "confirmed", event, text: JSON.stringify(event) });
  });

  test("returns the amount and status of the API, not those of the body", async () => {
    standIn.put(fapshiEvent("FAILED", { transId: "ll7J2fl4", amount: 100 }));
    const answer = await confirm({ ...event, status: "SUCCESSFUL", amount: 30000 });
    expect(translate(fapshi, JSON.parse((answer as { text: string }).text))[0]).toMatchObject({
      type: "payment.failed",
      amount_minor: 100,
    });
  });

  test("returns the current status, which may be a success after the failure in the webhook", async () => {
    standIn.put(fapshiEvent("FAILED", {}, "one"));
    standIn.put(fapshiEvent("SUCCESSFUL", {}, "one"));
    const answer = await confirm(JSON.parse(fapshiEvent("FAILED", {}, "one")));
    expect(fapshi.read(JSON.parse((answer as { text: string }).text)).type).toBe("SUCCESSFUL");
  });

  test("retries after a brief 429", async () => {
    standIn.put(BODY);
    standIn.fail({ kind: "429", times: 2 });
    expect(await confirm(event)).toMatchObject({ outcome: "confirmed" });
    expect(standIn.asked).toHaveLength(3);
  });
});

describe("confirm refuses", () => {
  test("an id that Fapshi does not have, as transaction_unknown", async () => {
    const answer = await confirm(JSON.parse(fapshiEvent("SUCCESSFUL", { transId: "invented0" })));
    expect(answer).toMatchObject({ outcome: "unknown", refusal: { code: "transaction_unknown" } });
    expect((answer as { refusal: { detail: string } }).refusal.detail).toContain(
      "invented0. If it exists, check FAPSHI_BASE_URL (sandbox and live",
    );
  });

  test("an id for which Fapshi answers 400 'does not exist', as transaction_unknown", async () => {
    vi.spyOn(standIn, "handle").mockImplementation(async () =>
      Response.json({ message: "Transaction does not exist" }, { status: 400 }),
    );
    expect(await confirm({ transId: "ll7J2fl4" })).toMatchObject({
      outcome: "unknown",
      refusal: { code: "transaction_unknown" },
    });
  });

  test.each([
    undefined,
    null,
    "",
    "short",
    "elevenchars",
    "a/../../b",
    "ll7J2fl4 ",
    "été12345",
    12345678,
    ["ll7J2fl4"],
  ])("the transId %j as transaction_malformed, without a request", async (transId) => {
    expect(await confirm({ transId })).toMatchObject({
      outcome: "unknown",
      refusal: { code: "transaction_malformed" },
    });
    expect(standIn.asked).toHaveLength(0);
  });
});

describe("confirm is unanswered, with the reason,", () => {
  const event = { transId: "ll7J2fl4" };
  const reason = async (signal?: AbortSignal) => {
    const answer = await confirm(event, signal);
    if (answer.outcome !== "unanswered") throw new Error(`the outcome is ${answer.outcome}`);
    return answer.why;
  };
  const answering = (make: () => Response) => vi.spyOn(standIn, "handle").mockImplementation(async () => make());
  beforeEach(() => standIn.put(fixture("successful")));

  test.each([
    ["FAPSHI_API_USER", undefined],
    ["FAPSHI_API_KEY", ""],
  ])("without %s", async (name, value) => {
    env[name] = value;
    expect(await reason()).toBe("Fapshi cannot be asked: FAPSHI_API_USER and FAPSHI_API_KEY are not both set.");
    expect(standIn.asked).toHaveLength(0);
  });
  test.each([401, 403])("when Fapshi refuses the credentials or the IP address with %i", async (status) => {
    answering(() => Response.json(JSON.parse(fixture("error.403")), { status }));
    expect(await reason()).toMatch(
      new RegExp(
        `answered ${status}: invalid api credentials. Check FAPSHI_API_USER and FAPSHI_API_KEY .*, ` +
          "and that the service's IP allow-list",
      ),
    );
  });
  test("when the Retry-After of a 429 is too long to wait", async () => {
    standIn.fail({ kind: "429", times: 9, retryAfter: 60 });
    expect(await reason()).toBe(
      "fapshi: GET /providers/fapshi/payment-status/ll7J2fl4 answered 429: Too many requests",
    );
    expect(standIn.asked).toHaveLength(1);
  });
  test("when Fapshi keeps answering 500", async () => {
    standIn.fail({ kind: "500", times: 9 });
    expect(await reason(abortAfterOneTry())).toContain("answered 500");
  });
  test("when Fapshi does not answer before the timeout", async () => {
    standIn.fail({ kind: "hang", times: 9 });
    expect(await reason(timeout(100))).toContain("given up");
  });
  test("when the connection is refused", async () => {
    env.FAPSHI_BASE_URL = "http://127.0.0.1:1";
    expect(await reason(abortAfterOneTry())).toContain("could not be reached");
  });
  test("when FAPSHI_BASE_URL is not a URL", async () => {
    env.FAPSHI_BASE_URL = "sandbox.fapshi.com";
    expect(await reason()).toBe("fapshi: the address of its API is not a URL. Check FAPSHI_BASE_URL.");
  });
  test("when the response is not JSON", async () => {
    standIn.fail({ kind: "not json", times: 9 });
    expect(await reason(abortAfterOneTry())).toContain("not with JSON");
  });
  test("when the response has another shape", async () => {
    standIn.fail({ kind: "wrong shape" });
    expect(await reason()).toBe("fapshi: asked about transaction ll7J2fl4, and was not told of that one");
  });
  test.each([
    ["is another transaction", { ...JSON.parse(fixture("failed")) }],
    ["has the id in another letter case", { transId: "LL7J2FL4" }],
    ["is an empty list", []],
    ["is a list of two", [JSON.parse(fixture("successful")), JSON.parse(fixture("successful"))]],
    ["is null", null],
  ])("when the response %s", async (_, answer) => {
    answering(() => Response.json(answer));
    expect(await reason()).toContain("was not told of that one");
  });
  test("when a 404 is not Fapshi's own, since the base URL is wrong", async () => {
    answering(() => new Response("<h1>Cannot GET /payment-status</h1>", { status: 404 }));
    expect(await reason()).toContain("answered 404");
  });
  test("when a 400 has another reason", async () => {
    answering(() => Response.json({ message: "GET requests must not contain a body" }, { status: 400 }));
    expect(await reason()).toContain("answered 400: GET requests must not contain a body");
  });
});

test("uses the live API when FAPSHI_BASE_URL is empty, and ignores a slash at its end", async () => {
  const fetched: string[] = [];
  vi.spyOn(globalThis, "fetch").mockImplementation(async (url) => {
    fetched.push(String(url));
    return Response.json({ transId: "ll7J2fl4" });
  });
  for (const base of ["", "https://sandbox.fapshi.com/"]) {
    env.FAPSHI_BASE_URL = base;
    await openFapshi(readEnv).transaction("ll7J2fl4");
  }
  expect(fetched).toEqual([
    "https://live.fapshi.com/payment-status/ll7J2fl4",
    "https://sandbox.fapshi.com/payment-status/ll7J2fl4",
  ]);
});

describe("the history", () => {
  const SINCE = new Date("2026-11-20T06:00:00Z");
  const UNTIL = new Date("2026-11-21T06:00:00Z");

  async function listed(since = SINCE, until = UNTIL, signal = timeout()): Promise<Transaction[]> {
    const messages: Transaction[] = [];
    for await (const page of fapshiHistory.listSince(readEnv, since, until, signal))
      messages.push(...page.map(({ text }) => JSON.parse(text)));
    return messages;
  }
  const ids = async (...args: Parameters<typeof listed>) =>
    (await listed(...args)).map(({ transId }) => transId).sort();
  const put = (transId: string, status: string, dateInitiated: unknown, dateConfirmed: unknown = null) =>
    standIn.put(fapshiEvent("SUCCESSFUL", { transId, status, dateInitiated, dateConfirmed }));

  test("requires both credentials", async () => {
    expect(fapshiHistory.requiredEnv).toEqual(["FAPSHI_API_USER", "FAPSHI_API_KEY"]);
    env.FAPSHI_API_KEY = "";
    await expect(listed()).rejects.toMatchObject({ code: "unauthorized" });
  });

  test("lists every transaction with a webhook, with the body of the webhook", async () => {
    const bodies = ["successful", "successful.orange-money", "failed", "expired", "payout.failed"].map(fixture);
    for (const body of [...bodies, fixture("payment-status.created").replace("ll7J2fl4", "waiting00")])
      standIn.put(body);
    const messages = await listed();
    expect(messages).toHaveLength(5);
    expect(messages).toEqual(expect.arrayContaining(bodies.map((body) => JSON.parse(body))));
    expect(fapshiHistory.listKind).toBe("events");
    expect(messages.map((transaction) => fapshi.read(transaction).id)).toContain("ll7J2fl4:SUCCESSFUL");
  });

  test("selects payments by confirmation time, to the millisecond", async () => {
    put("before00", "SUCCESSFUL", "2026-11-20T05:00:00Z", "2026-11-20T05:59:59.999Z");
    put("first000", "SUCCESSFUL", "2026-11-20T05:00:00Z", "2026-11-20T06:00:00.000Z");
    put("last0000", "SUCCESSFUL", "2026-11-21T05:00:00Z", "2026-11-21T06:00:00.000Z");
    put("after000", "SUCCESSFUL", "2026-11-21T05:00:00Z", "2026-11-21T06:00:00.001Z");
    expect(await ids()).toEqual(["first000", "last0000"]);
  });
  test("finds a transaction that was initiated the day before and paid in the window", async () => {
    put("late0000", "SUCCESSFUL", "2026-11-19T07:00:00Z", "2026-11-20T06:30:00Z");
    expect(await ids()).toEqual(["late0000"]);
  });
  test("finds a transaction without an end time that may have ended in the window", async () => {
    put("ended000", "EXPIRED", "2026-11-19T06:30:00Z"); // Expires one day later.
    put("failed00", "FAILED", "2026-11-20T07:00:00Z");
    put("toolong0", "EXPIRED", "2026-11-19T05:00:00Z");
    put("notyet00", "FAILED", "2026-11-21T07:00:00Z");
    expect(await ids()).toEqual(["ended000", "failed00"]);
  });
  test("treats a date without a time as any time of that day", async () => {
    put("today000", "SUCCESSFUL", "2026-11-20", "2026-11-20");
    put("earlier0", "SUCCESSFUL", "2026-11-19", "2026-11-19");
    expect(await ids()).toEqual(["today000"]);
  });
  test("lists invalid transactions too, which read rejects later", async () => {
    put("odd00000", "SUCCESSFUL", "2026-11-20", "yesterday");
    put("odd00001", "SUCCESSFUL", "2026-11-20T05:00:00Z", 5);
    const odd = { ...JSON.parse(fixture("successful")), status: "REVERSED" };
    const search = vi.spyOn(standIn, "handle").mockImplementation(async () => Response.json([odd]));
    expect(await listed()).toEqual([odd]);
    search.mockRestore();
    expect(await ids()).toEqual(["odd00000", "odd00001"]);
  });
  test.each([true, false])(
    "finds the same transactions if the end date of a search is inclusive: %j",
    async (inclusive) => {
      standIn.searchesEndInclusive = inclusive;
      for (const hour of ["06", "12", "23"])
        put(`hour00${hour}`, "SUCCESSFUL", `2026-11-20T${hour}:30:00Z`, `2026-11-20T${hour}:40:00Z`);
      put("morning0", "SUCCESSFUL", "2026-11-21T05:00:00Z", "2026-11-21T05:10:00Z");
      expect(await ids()).toEqual(["hour0006", "hour0012", "hour0023", "morning0"]);
    },
  );

  test("makes one search per status for few transactions", async () => {
    for (const body of ["successful", "failed", "expired"].map(fixture)) standIn.put(body);
    await listed();
    expect(standIn.asked.map(({ path }) => path).sort()).toEqual([
      "/search?status=expired&start=2026-11-19&end=2026-11-23&sort=desc&limit=100",
      "/search?status=failed&start=2026-11-19&end=2026-11-23&sort=desc&limit=100",
      "/search?status=successful&start=2026-11-19&end=2026-11-23&sort=desc&limit=100",
    ]);
  });

  /** Puts `count` transactions of a day, one minute apart; their ids. */
  function putMany(day: string, count: number): string[] {
    return Array.from({ length: count }, (_, i) => {
      const time = new Date(Date.parse(`${day}T06:00:00Z`) + i * 60_000).toISOString();
      const transId = `${day.slice(-2)}${String(i).padStart(6, "0")}`;
      put(transId, "SUCCESSFUL", time, time);
      return transId;
    });
  }
  test.each([true, false])(
    "lists each of 199 transactions per day once, over several days (end date inclusive: %j)",
    async (inclusive) => {
      standIn.searchesEndInclusive = inclusive;
      const warned = vi.spyOn(console, "warn").mockImplementation(() => {});
      const all = ["2026-11-17", "2026-11-18", "2026-11-19"].flatMap((day) => putMany(day, 199));
      expect(await ids(new Date("2026-11-17T00:00:00Z"), new Date("2026-11-20T00:00:00Z"))).toEqual(all.sort());
      expect(warned).not.toHaveBeenCalled();
    },
  );
  test.each([true, false])(
    "lists 200 of more transactions per day and logs a warning (end date inclusive: %j)",
    async (inclusive) => {
      standIn.searchesEndInclusive = inclusive;
      const warned = vi.spyOn(console, "warn").mockImplementation(() => {});
      putMany("2026-11-20", 250);
      expect(new Set(await ids()).size).toBe(200);
      const last = JSON.parse(warned.mock.calls.at(-1)![0]);
      expect(last).toMatchObject({ level: "warn", status: "successful", from: "2026-11-20", shown: 200 });
      expect(last.to).toBe(inclusive ? "2026-11-20" : "2026-11-21");
    },
  );
  test("lists each transaction once even if the search ignores the status", async () => {
    const bodies = ["successful", "failed", "expired", "payment-status.pending"].map((name, i) =>
      fixture(name).replace(/"transId": "\w+"/, `"transId": "number0${i}"`),
    );
    vi.spyOn(standIn, "handle").mockImplementation(async () => Response.json(bodies.map((body) => JSON.parse(body))));
    expect(await ids()).toEqual(["number00", "number01", "number02"]);
  });
  test("lists a success after the failure of the same transaction", async () => {
    const initiated = "2026-11-20T07:00:00Z";
    put("again000", "FAILED", initiated);
    const statuses: string[] = [];
    for await (const page of fapshiHistory.listSince(readEnv, SINCE, UNTIL, timeout())) {
      statuses.push(...page.map(({ text }) => JSON.parse(text).status));
      put("again000", "SUCCESSFUL", initiated, "2026-11-20T08:00:00Z");
    }
    expect(statuses).toEqual(["FAILED", "SUCCESSFUL"]);
  });

  test("retries a search after a 429", async () => {
    standIn.put(fixture("successful"));
    standIn.fail({ kind: "429", path: "/search" });
    expect(await ids()).toEqual(["ll7J2fl4"]);
  });
  test.each([
    ["500", "unavailable"],
    ["hang", "no_answer"],
    ["wrong shape", "unexpected_answer"],
    ["not json", "unexpected_answer"],
  ] as const)("throws on %s", async (kind, code) => {
    standIn.fail({ kind, times: 9 });
    const signal = kind === "hang" ? timeout(100) : abortAfterOneTry();
    await expect(listed(SINCE, UNTIL, signal)).rejects.toMatchObject({ name: "ApiError", code });
  });
  test("throws when a list has a member that is not a transaction", async () => {
    vi.spyOn(standIn, "handle").mockImplementation(async () => Response.json([null]));
    await expect(listed()).rejects.toMatchObject({ code: "unexpected_answer" });
  });

  test("returns one payment, whatever its status", async () => {
    standIn.put(fixture("payment-status.pending"));
    const message = await fapshiHistory.getStatus!(readEnv, { kind: "payment", ref: "ll7J2fl4" }, timeout());
    expect(JSON.parse(message!.text)).toEqual(JSON.parse(fixture("payment-status.pending")));
  });
  test("returns null for a payment that Fapshi does not have, and for another provider's id", async () => {
    for (const ref of ["invented0", "pi_3SVq0LLkdIwHu7ix1a2b3C4d/../x"]) {
      expect(await fapshiHistory.getStatus!(readEnv, { kind: "payment", ref }, timeout())).toBeNull();
    }
  });
  test("throws when the request for one payment fails", async () => {
    standIn.fail({ kind: "500", times: 9 });
    await expect(
      fapshiHistory.getStatus!(readEnv, { kind: "payment", ref: "ll7J2fl4" }, abortAfterOneTry()),
    ).rejects.toMatchObject({
      code: "unavailable",
    });
  });
});

describe("the stand-in", () => {
  const CREDENTIALS = { apiuser: "u", apikey: "k" };
  async function ask(path: string, init: RequestInit = {}) {
    const response = await fetch(env.FAPSHI_BASE_URL + path, { headers: CREDENTIALS, ...init });
    return { status: response.status, json: await response.json() };
  }
  const post = (path: string, body: unknown) => ask(path, { method: "POST", body: JSON.stringify(body) });

  test.each([{}, { apiuser: "u" }, { apikey: "k" }])("rejects a request with the credentials %j", async (headers) => {
    expect(await ask("/search", { headers: headers as Record<string, string> })).toEqual({
      status: 403,
      json: JSON.parse(fixture("error.403")),
    });
  });
  test("rejects a GET with a body", async () => {
    const status = await new Promise((resolve, reject) => {
      const sent = request(`${env.FAPSHI_BASE_URL}/search`, {
        method: "GET",
        headers: { ...CREDENTIALS, "content-length": 2 },
      });
      sent.on("response", (response) => resolve(response.resume().statusCode)).on("error", reject);
      sent.end("{}");
    });
    expect(status).toBe(400);
  });
  test("answers 404 for a transaction that was not put", async () => {
    expect(await ask("/payment-status/ll7J2fl4")).toEqual({ status: 404, json: JSON.parse(fixture("error.404")) });
    expect((await ask("/balance")).status).toBe(404);
  });
  test("answers with the transaction that was put last, and with later changes by a test", async () => {
    standIn.put(fixture("payment-status.created"));
    standIn.put(fixture("successful"));
    expect((await ask("/payment-status/ll7J2fl4")).json).toEqual(JSON.parse(fixture("successful")));
    standIn.transactions.get("ll7J2fl4")!.amount = 1;
    expect((await ask("/payment-status/ll7J2fl4")).json.amount).toBe(1);
  });

  test("creates a payment link as documented", async () => {
    const { status, json } = await post("/initiate-pay", JSON.parse(fixture("initiate-pay.request")));
    expect(status).toBe(200);
    expect(Object.keys(json)).toEqual(Object.keys(JSON.parse(fixture("initiate-pay.response"))));
    const created = await ask(`/payment-status/${json.transId}`);
    expect(Object.keys(created.json)).toEqual(Object.keys(JSON.parse(fixture("payment-status.created"))));
    expect(created.json).toMatchObject({ status: "CREATED", amount: 30000, externalId: "ord_01JD2Q9X6V8M" });
    expect(translate(fapshi, created.json)[0]).toMatchObject({ type: "payment.created" });
  });
  test.each([
    [{}, "amount required"],
    [{ amount: "500" }, "amount must be of type integer"],
    [{ amount: 99 }, "amount cannot be less than 100 XAF"],
    ["text", "invalid type, object expected"],
  ])("rejects %j as a payment link", async (body, message) => {
    expect(await post("/initiate-pay", body)).toEqual({ status: 400, json: { message } });
  });

  test("expires a link once", async () => {
    const { transId } = (await post("/initiate-pay", { amount: 500 })).json;
    expect((await post("/expire-pay", { transId })).json).toMatchObject({ transId, status: "EXPIRED" });
    expect(await post("/expire-pay", { transId })).toEqual({ status: 400, json: { message: "Link already expired" } });
    expect((await post("/expire-pay", { transId: "invented0" })).status).toBe(404);
  });
  test("does not expire a paid link", async () => {
    standIn.put(fixture("successful"));
    expect((await post("/expire-pay", { transId: "ll7J2fl4" })).status).toBe(400);
  });

  test("searches by status, medium, amount and days, newest first", async () => {
    for (const name of ["successful", "successful.orange-money", "failed", "expired"]) standIn.put(fixture(name));
    standIn.put(fapshiEvent("FAILED", { transId: "older000", dateInitiated: "2026-11-18T12:00:00.000Z" }));
    const found = async (query: string) =>
      (await ask(`/search?${query}`)).json.map(({ transId }: Transaction) => transId);
    expect(await found("status=FAILED")).toEqual(["Wd84kLm2", "older000"]);
    expect(await found("status=failed&sort=asc")).toEqual(["older000", "Wd84kLm2"]);
    expect(await found("status=failed&limit=1")).toEqual(["Wd84kLm2"]);
    expect(await found("medium=orange%20money")).toEqual(["k9QwZx3Bp"]);
    expect(await found("amt=5000")).toEqual(["k9QwZx3Bp"]);
    expect(await found("start=2026-11-18&end=2026-11-18")).toEqual(["older000"]);
    expect(await found("start=2026-11-19")).not.toContain("older000");
    expect(await found("status=nonsense&limit=1000")).toHaveLength(5); // Unknown values are ignored.
  });
  test("returns 10 transactions by default", async () => {
    for (let i = 0; i < 12; i++) standIn.put(fapshiEvent("FAILED"));
    expect((await ask("/search")).json).toHaveLength(10);
    expect((await ask("/search?limit=100")).json).toHaveLength(12);
  });
});
