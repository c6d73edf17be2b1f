/** Confirming, finding what was missed, and the stand-in, over real HTTP. */
import { readFileSync } from "node:fs";
import { request } from "node:http";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { openFapshi } from "../../../../functions/_shared/providers/fapshi/api.ts";
import { fapshiHistory } from "../../../../functions/_shared/providers/fapshi/history.ts";
import { fapshi } from "../../../../functions/_shared/providers/fapshi/webhook.ts";
import { createFapshi, type FapshiStandIn, type Transaction } from "../../../../local/providers/fapshi.ts";
import { fapshiEvent } from "../../../../simulator/providers/fapshi.ts";
import { type Mounted, mounted } from "../../mounted.ts";
import { givesUpAfterOneTry, patience } from "../../signals.ts";

const fixture = (name: string) =>
  readFileSync(new URL(`../../../fixtures/fapshi/${name}.json`, import.meta.url), "utf8");

let standIn: FapshiStandIn;
let server: Mounted;
let env: Record<string, string | undefined>;
const read = (name: string) => env[name];

beforeEach(async () => {
  standIn = createFapshi();
  server = await mounted({ fapshi: standIn });
  env = { FAPSHI_BASE_URL: server.url, FAPSHI_API_USER: "user", FAPSHI_API_KEY: "key" };
});

afterEach(async () => {
  vi.restoreAllMocks();
  await server.stop();
});

const confirm = (event: unknown, signal = patience()) => fapshi.confirm(event, read, signal);

describe("a webhook is confirmed", () => {
  const BODY = fixture("successful");
  const event = JSON.parse(BODY);

  test("by how the transaction stands, asked with both credentials", async () => {
    standIn.put(BODY);
    const answer = await confirm(event);
    expect(answer).toMatchObject({ outcome: "confirmed" });
    expect(JSON.parse((answer as { text: string }).text)).toEqual(event);
    const [{ method, path, headers, body }] = standIn.asked as [FapshiStandIn["asked"][0]];
    expect([method, path, body]).toEqual(["GET", "/payment-status/ll7J2fl4", ""]);
    expect([headers.get("apiuser"), headers.get("apikey")]).toEqual(["user", "key"]);
  });

  test("with the transaction alone when the answer is a list of one", async () => {
    standIn.put(BODY);
    standIn.answersWithArrays = true;
    expect(await confirm(event)).toEqual({ outcome: "confirmed", event, text: JSON.stringify(event) });
  });

  test("by the amount and status that Fapshi has, not by those of the body", async () => {
    standIn.put(fapshiEvent("FAILED", { transId: "ll7J2fl4", amount: 100 }));
    const answer = await confirm({ ...event, status: "SUCCESSFUL", amount: 30000 });
    expect(fapshi.translate(JSON.parse((answer as { text: string }).text))[0]).toMatchObject({
      type: "payment.failed",
      amount_minor: 100,
    });
  });

  test("as what it is today: what failed may have succeeded", async () => {
    standIn.put(fapshiEvent("FAILED", {}, "one"));
    standIn.put(fapshiEvent("SUCCESSFUL", {}, "one"));
    const answer = await confirm(JSON.parse(fapshiEvent("FAILED", {}, "one")));
    expect(fapshi.read(JSON.parse((answer as { text: string }).text)).type).toBe("SUCCESSFUL");
  });

  test("when Fapshi is asked again after a moment of 429", async () => {
    standIn.put(BODY);
    standIn.fail({ kind: "429", times: 2 });
    expect(await confirm(event)).toMatchObject({ outcome: "confirmed" });
    expect(standIn.asked).toHaveLength(3);
  });
});

describe("a webhook is refused as", () => {
  test("transaction_unknown when Fapshi knows none of its id", async () => {
    const answer = await confirm(JSON.parse(fapshiEvent("SUCCESSFUL", { transId: "invented0" })));
    expect(answer).toMatchObject({ outcome: "unknown", refusal: { code: "transaction_unknown" } });
    expect((answer as { refusal: { detail: string } }).refusal.detail).toContain(
      "invented0. If it should, check FAPSHI_BASE_URL: sandbox and live",
    );
  });

  test("transaction_unknown when a 400 says so", async () => {
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
  ])("transaction_malformed with the transId %j, and Fapshi is not asked", async (transId) => {
    expect(await confirm({ transId })).toMatchObject({
      outcome: "unknown",
      refusal: { code: "transaction_malformed" },
    });
    expect(standIn.asked).toHaveLength(0);
  });
});

describe("a webhook stays unconfirmed, and it is said why,", () => {
  const event = { transId: "ll7J2fl4" };
  const why = async (signal?: AbortSignal) => {
    const answer = await confirm(event, signal);
    if (answer.outcome !== "unanswered") throw new Error(`it is ${answer.outcome}`);
    return answer.why;
  };
  const answering = (make: () => Response) => vi.spyOn(standIn, "handle").mockImplementation(async () => make());
  beforeEach(() => standIn.put(fixture("successful")));

  test.each([
    ["FAPSHI_API_USER", undefined],
    ["FAPSHI_API_KEY", ""],
  ])("without %s", async (name, value) => {
    env[name] = value;
    expect(await why()).toBe("Fapshi cannot be asked: FAPSHI_API_USER and FAPSHI_API_KEY are not both set.");
    expect(standIn.asked).toHaveLength(0);
  });
  test.each([401, 403])("when the credentials or the caller's address are refused with %i", async (status) => {
    answering(() => Response.json(JSON.parse(fixture("error.403")), { status }));
    expect(await why()).toMatch(
      new RegExp(
        `answered ${status}: invalid api credentials. Check FAPSHI_API_USER and FAPSHI_API_KEY .*, and that the service's IP allow-list`,
      ),
    );
  });
  test("when it is 429 for longer than is waited here", async () => {
    standIn.fail({ kind: "429", times: 9, retryAfter: 60 });
    expect(await why()).toBe("fapshi: GET /providers/fapshi/payment-status/ll7J2fl4 answered 429: Too many requests");
    expect(standIn.asked).toHaveLength(1);
  });
  test("when it is 500 again and again", async () => {
    standIn.fail({ kind: "500", times: 9 });
    expect(await why(givesUpAfterOneTry())).toContain("answered 500");
  });
  test("when Fapshi says nothing until the patience ends", async () => {
    standIn.fail({ kind: "hang", times: 9 });
    expect(await why(patience(100))).toContain("given up");
  });
  test("when nobody is there", async () => {
    env.FAPSHI_BASE_URL = "http://127.0.0.1:1";
    expect(await why(givesUpAfterOneTry())).toContain("could not be reached");
  });
  test("when FAPSHI_BASE_URL is no address", async () => {
    env.FAPSHI_BASE_URL = "sandbox.fapshi.com";
    expect(await why()).toContain("Invalid URL");
  });
  test("when the answer is not JSON", async () => {
    standIn.fail({ kind: "not json", times: 9 });
    expect(await why(givesUpAfterOneTry())).toContain("not with JSON");
  });
  test("when the answer is of another shape", async () => {
    standIn.fail({ kind: "wrong shape" });
    expect(await why()).toBe("fapshi: asked about transaction ll7J2fl4, and was not told of that one");
  });
  test.each([
    ["is of another transaction", { ...JSON.parse(fixture("failed")) }],
    ["is of the same letters in another case", { transId: "LL7J2FL4" }],
    ["is an empty list", []],
    ["is a list of two", [JSON.parse(fixture("successful")), JSON.parse(fixture("successful"))]],
    ["is null", null],
  ])("when the answer %s", async (_, answer) => {
    answering(() => Response.json(answer));
    expect(await why()).toContain("was not told of that one");
  });
  test("when a 404 is not Fapshi's own but a wrong address's", async () => {
    answering(() => new Response("<h1>Cannot GET /payment-status</h1>", { status: 404 }));
    expect(await why()).toContain("answered 404");
  });
  test("when a 400 says something else", async () => {
    answering(() => Response.json({ message: "GET requests must not contain a body" }, { status: 400 }));
    expect(await why()).toContain("answered 400: GET requests must not contain a body");
  });
});

test("the live API is asked where FAPSHI_BASE_URL is empty, and a slash at its end does no harm", async () => {
  const fetched: string[] = [];
  vi.spyOn(globalThis, "fetch").mockImplementation(async (url) => {
    fetched.push(String(url));
    return Response.json({ transId: "ll7J2fl4" });
  });
  for (const base of ["", "https://sandbox.fapshi.com/"]) {
    env.FAPSHI_BASE_URL = base;
    await openFapshi(read).transaction("ll7J2fl4");
  }
  expect(fetched).toEqual([
    "https://live.fapshi.com/payment-status/ll7J2fl4",
    "https://sandbox.fapshi.com/payment-status/ll7J2fl4",
  ]);
});

describe("the history", () => {
  const SINCE = new Date("2026-11-20T06:00:00Z");
  const UNTIL = new Date("2026-11-21T06:00:00Z");

  async function happened(since = SINCE, until = UNTIL, signal = patience()): Promise<Transaction[]> {
    const told: Transaction[] = [];
    for await (const page of fapshiHistory.listSince(read, since, until, signal))
      told.push(...page.map(({ text }) => JSON.parse(text)));
    return told;
  }
  const ids = async (...args: Parameters<typeof happened>) =>
    (await happened(...args)).map(({ transId }) => transId).sort();
  const put = (transId: string, status: string, dateInitiated: unknown, dateConfirmed: unknown = null) =>
    standIn.put(fapshiEvent("SUCCESSFUL", { transId, status, dateInitiated, dateConfirmed }));

  test("needs both credentials", async () => {
    expect(fapshiHistory.requiredEnv).toEqual(["FAPSHI_API_USER", "FAPSHI_API_KEY"]);
    env.FAPSHI_API_KEY = "";
    await expect(happened()).rejects.toMatchObject({ code: "unauthorized" });
  });

  test("tells every transaction that a webhook was sent for, as the webhook told it", async () => {
    const bodies = ["successful", "successful.orange-money", "failed", "expired", "payout.failed"].map(fixture);
    for (const body of [...bodies, fixture("payment-status.created").replace("ll7J2fl4", "waiting00")])
      standIn.put(body);
    const told = await happened();
    expect(told).toHaveLength(5);
    expect(told).toEqual(expect.arrayContaining(bodies.map((body) => JSON.parse(body))));
    expect(fapshiHistory.listKind).toBe("events");
    expect(told.map((one) => fapshi.read(one).id)).toContain("ll7J2fl4:SUCCESSFUL");
  });

  test("goes by when a payment was confirmed, to the millisecond", async () => {
    put("before00", "SUCCESSFUL", "2026-11-20T05:00:00Z", "2026-11-20T05:59:59.999Z");
    put("first000", "SUCCESSFUL", "2026-11-20T05:00:00Z", "2026-11-20T06:00:00.000Z");
    put("last0000", "SUCCESSFUL", "2026-11-21T05:00:00Z", "2026-11-21T06:00:00.000Z");
    put("after000", "SUCCESSFUL", "2026-11-21T05:00:00Z", "2026-11-21T06:00:00.001Z");
    expect(await ids()).toEqual(["first000", "last0000"]);
  });
  test("finds what began the day before and was paid in this time", async () => {
    put("late0000", "SUCCESSFUL", "2026-11-19T07:00:00Z", "2026-11-20T06:30:00Z");
    expect(await ids()).toEqual(["late0000"]);
  });
  test("finds what can have ended in this time and does not tell when", async () => {
    put("ended000", "EXPIRED", "2026-11-19T06:30:00Z"); // a day later it was over
    put("failed00", "FAILED", "2026-11-20T07:00:00Z");
    put("toolong0", "EXPIRED", "2026-11-19T05:00:00Z");
    put("notyet00", "FAILED", "2026-11-21T07:00:00Z");
    expect(await ids()).toEqual(["ended000", "failed00"]);
  });
  test("takes a date alone as any time of its day", async () => {
    put("today000", "SUCCESSFUL", "2026-11-20", "2026-11-20");
    put("earlier0", "SUCCESSFUL", "2026-11-19", "2026-11-19");
    expect(await ids()).toEqual(["today000"]);
  });
  test("leaves it to read to judge what is odd", async () => {
    put("odd00000", "SUCCESSFUL", "2026-11-20", "yesterday");
    put("odd00001", "SUCCESSFUL", "2026-11-20T05:00:00Z", 5);
    const odd = { ...JSON.parse(fixture("successful")), status: "REVERSED" };
    const search = vi.spyOn(standIn, "handle").mockImplementation(async () => Response.json([odd]));
    expect(await happened()).toEqual([odd]);
    search.mockRestore();
    expect(await ids()).toEqual(["odd00000", "odd00001"]);
  });
  test.each([true, false])(
    "finds the same whether or not a search's last day is part of it (%j)",
    async (inclusive) => {
      standIn.searchesEndInclusive = inclusive;
      for (const hour of ["06", "12", "23"])
        put(`hour00${hour}`, "SUCCESSFUL", `2026-11-20T${hour}:30:00Z`, `2026-11-20T${hour}:40:00Z`);
      put("morning0", "SUCCESSFUL", "2026-11-21T05:00:00Z", "2026-11-21T05:10:00Z");
      expect(await ids()).toEqual(["hour0006", "hour0012", "hour0023", "morning0"]);
    },
  );

  test("of few transactions takes one search a status", async () => {
    for (const body of ["successful", "failed", "expired"].map(fixture)) standIn.put(body);
    await happened();
    expect(standIn.asked.map(({ path }) => path).sort()).toEqual([
      "/search?status=expired&start=2026-11-19&end=2026-11-23&sort=desc&limit=100",
      "/search?status=failed&start=2026-11-19&end=2026-11-23&sort=desc&limit=100",
      "/search?status=successful&start=2026-11-19&end=2026-11-23&sort=desc&limit=100",
    ]);
  });

  /** So many transactions of a day, a minute apart. */
  function many(day: string, count: number): string[] {
    return Array.from({ length: count }, (_, i) => {
      const time = new Date(Date.parse(`${day}T06:00:00Z`) + i * 60_000).toISOString();
      const transId = `${day.slice(-2)}${String(i).padStart(6, "0")}`;
      put(transId, "SUCCESSFUL", time, time);
      return transId;
    });
  }
  test.each([true, false])(
    "of 200 a day tells each once, day after day (last day part of a search: %j)",
    async (inclusive) => {
      standIn.searchesEndInclusive = inclusive;
      const warned = vi.spyOn(console, "warn").mockImplementation(() => {});
      const all = ["2026-11-17", "2026-11-18", "2026-11-19"].flatMap((day) => many(day, 199));
      expect(await ids(new Date("2026-11-17T00:00:00Z"), new Date("2026-11-20T00:00:00Z"))).toEqual(all.sort());
      expect(warned).not.toHaveBeenCalled();
    },
  );
  test.each([true, false])("of more a day tells 200, and the log that there may be more (%j)", async (inclusive) => {
    standIn.searchesEndInclusive = inclusive;
    const warned = vi.spyOn(console, "warn").mockImplementation(() => {});
    many("2026-11-20", 250);
    expect(new Set(await ids()).size).toBe(200);
    const last = JSON.parse(warned.mock.calls.at(-1)![0]);
    expect(last).toMatchObject({ level: "warn", status: "successful", from: "2026-11-20", shown: 200 });
    expect(last.to).toBe(inclusive ? "2026-11-20" : "2026-11-21");
  });
  test("tells each once, though every search ignores which status was asked for", async () => {
    const bodies = ["successful", "failed", "expired", "payment-status.pending"].map((name, i) =>
      fixture(name).replace(/"transId": "\w+"/, `"transId": "number0${i}"`),
    );
    vi.spyOn(standIn, "handle").mockImplementation(async () => Response.json(bodies.map((body) => JSON.parse(body))));
    expect(await ids()).toEqual(["number00", "number01", "number02"]);
  });
  test("tells a success after the failure that it was before", async () => {
    const initiated = "2026-11-20T07:00:00Z";
    put("again000", "FAILED", initiated);
    const statuses: string[] = [];
    for await (const page of fapshiHistory.listSince(read, SINCE, UNTIL, patience())) {
      statuses.push(...page.map(({ text }) => JSON.parse(text).status));
      put("again000", "SUCCESSFUL", initiated, "2026-11-20T08:00:00Z");
    }
    expect(statuses).toEqual(["FAILED", "SUCCESSFUL"]);
  });

  test("is asked again after a 429", async () => {
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
    await expect(happened(SINCE, UNTIL, kind === "hang" ? patience(100) : givesUpAfterOneTry())).rejects.toMatchObject({
      name: "ApiError",
      code,
    });
  });
  test("throws when a list holds what is no transaction", async () => {
    vi.spyOn(standIn, "handle").mockImplementation(async () => Response.json([null]));
    await expect(happened()).rejects.toMatchObject({ code: "unexpected_answer" });
  });

  test("tells how one payment stands, whatever its status", async () => {
    standIn.put(fixture("payment-status.pending"));
    const told = await fapshiHistory.getStatus!(read, { kind: "payment", ref: "ll7J2fl4" }, patience());
    expect(JSON.parse(told!.text)).toEqual(JSON.parse(fixture("payment-status.pending")));
  });
  test("knows nothing of a payment that Fapshi does not know, nor of one with another provider's id", async () => {
    for (const ref of ["invented0", "pi_3SVq0LLkdIwHu7ix1a2b3C4d/../x"]) {
      expect(await fapshiHistory.getStatus!(read, { kind: "payment", ref }, patience())).toBeNull();
    }
  });
  test("throws when a payment cannot be asked about", async () => {
    standIn.fail({ kind: "500", times: 9 });
    await expect(
      fapshiHistory.getStatus!(read, { kind: "payment", ref: "ll7J2fl4" }, givesUpAfterOneTry()),
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

  test.each([{}, { apiuser: "u" }, { apikey: "k" }])("refuses whoever has only the credentials %j", async (headers) => {
    expect(await ask("/search", { headers: headers as Record<string, string> })).toEqual({
      status: 403,
      json: JSON.parse(fixture("error.403")),
    });
  });
  test("refuses a GET with a body", async () => {
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
  test("does not know what was not put", async () => {
    expect(await ask("/payment-status/ll7J2fl4")).toEqual({ status: 404, json: JSON.parse(fixture("error.404")) });
    expect((await ask("/balance")).status).toBe(404);
  });
  test("answers with what was put last, and what a test made of it", async () => {
    standIn.put(fixture("payment-status.created"));
    standIn.put(fixture("successful"));
    expect((await ask("/payment-status/ll7J2fl4")).json).toEqual(JSON.parse(fixture("successful")));
    standIn.transactions.get("ll7J2fl4")!.amount = 1;
    expect((await ask("/payment-status/ll7J2fl4")).json.amount).toBe(1);
  });

  test("makes a payment link, as documented", async () => {
    const { status, json } = await post("/initiate-pay", JSON.parse(fixture("initiate-pay.request")));
    expect(status).toBe(200);
    expect(Object.keys(json)).toEqual(Object.keys(JSON.parse(fixture("initiate-pay.response"))));
    const created = await ask(`/payment-status/${json.transId}`);
    expect(Object.keys(created.json)).toEqual(Object.keys(JSON.parse(fixture("payment-status.created"))));
    expect(created.json).toMatchObject({ status: "CREATED", amount: 30000, externalId: "ord_01JD2Q9X6V8M" });
    expect(fapshi.translate(created.json)[0]).toMatchObject({ type: "payment.created" });
  });
  test.each([
    [{}, "amount required"],
    [{ amount: "500" }, "amount must be of type integer"],
    [{ amount: 99 }, "amount cannot be less than 100 XAF"],
    ["text", "invalid type, object expected"],
  ])("makes no link from %j", async (body, message) => {
    expect(await post("/initiate-pay", body)).toEqual({ status: 400, json: { message } });
  });

  test("lets a link expire once", async () => {
    const { transId } = (await post("/initiate-pay", { amount: 500 })).json;
    expect((await post("/expire-pay", { transId })).json).toMatchObject({ transId, status: "EXPIRED" });
    expect(await post("/expire-pay", { transId })).toEqual({ status: 400, json: { message: "Link already expired" } });
    expect((await post("/expire-pay", { transId: "invented0" })).status).toBe(404);
  });
  test("lets no paid link expire", async () => {
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
    expect(await found("status=nonsense&limit=1000")).toHaveLength(5); // what it does not understand it ignores
  });
  test("shows 10 unless it is asked for more", async () => {
    for (let i = 0; i < 12; i++) standIn.put(fapshiEvent("FAILED"));
    expect((await ask("/search")).json).toHaveLength(10);
    expect((await ask("/search?limit=100")).json).toHaveLength(12);
  });
});
