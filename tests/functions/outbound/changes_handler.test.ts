/** Which callers may read messages, and the form of the answers. The messages come from a fake database. */
import { describe, expect, test, vi } from "vitest";
import { changesHandler } from "../../../functions/_shared/outbound/changes_handler.ts";
import { DatabaseAway } from "../../../functions/_shared/platform/database.ts";

const KEYS = { RAILWAY_PULL_KEY: "the-new-key the-old-key" };
const PAGE = {
  outcome: "ok",
  messages: '[{"id":"msg_1","data":{"price":12.10}}]',
  cursor: "1.0123456789ab",
  more: false,
};

function endpoint(answer: object | Error = PAGE, env: Record<string, string> = KEYS) {
  const queries: unknown[][] = [];
  const query = async (_: string, values: unknown[]) => {
    queries.push(values);
    if (answer instanceof Error) throw answer;
    return [answer];
  };
  // biome-ignore lint/suspicious/noExplicitAny: rows of two kinds.
  const handle = changesHandler({ env: (name) => env[name], database: { query: query as any, async close() {} } });
  return {
    queries,
    get: (query = "destination=railway", authorization = "Bearer the-new-key", method = "GET") =>
      handle(
        new Request(`http://localhost/changes?${query}`, { method, headers: authorization ? { authorization } : {} }),
      ),
  };
}

describe("a destination's key", () => {
  test.each(["the-new-key", "the-old-key"])("%s is accepted", async (key) => {
    expect((await endpoint().get("destination=railway", `Bearer ${key}`)).status).toBe(200);
  });

  test("a wrong key and an unknown destination get the same answer", async () => {
    const { queries, get } = endpoint();
    const wrongKeys = [
      "",
      "Bearer ",
      "Bearer the-other-key",
      "Bearer the-new-key the-old-key",
      "Basic the-new-key",
      "Bearer the-new-ke",
    ];
    const answers = [
      ...(await Promise.all(wrongKeys.map((authorization) => get("destination=railway", authorization)))),
      ...(await Promise.all(
        ["destination=nobody", "destination=RAILWAY", "destination=", "", "destination=a%00"].map((query) =>
          get(query),
        ),
      )),
      await endpoint({ outcome: "unknown" }, { NOBODY_PULL_KEY: "the-new-key" }).get("destination=nobody"),
    ];
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]));
    expect(new Set(await Promise.all(answers.map((answer) => answer.text()))).size).toBe(1);
    expect(queries).toEqual([]);
  });

  test.each(["", " "])("that is not set (%j) is told to nobody but the log", async (unset) => {
    const warned = vi.spyOn(console, "warn").mockImplementation(() => {});
    try {
      const wrong = await endpoint().get("destination=railway", "Bearer wrong");
      for (const authorization of ["Bearer ", "", "Bearer undefined"]) {
        const response = await endpoint(PAGE, { MAKE_PULL_KEY: unset }).get("destination=make", authorization);
        expect(response.status).toBe(401);
        expect([...response.headers]).toEqual([...wrong.headers]);
        expect(await response.text()).toBe(await wrong.clone().text());
      }
      expect(warned.mock.calls.flat().join()).toContain("MAKE_PULL_KEY");
    } finally {
      warned.mockRestore();
    }
  });

  test("that nobody has is compared all the same, so that the time says nothing", async () => {
    const digest = vi.spyOn(crypto.subtle, "digest");
    const warned = vi.spyOn(console, "warn").mockImplementation(() => {});
    try {
      const { get } = endpoint(PAGE, { RAILWAY_PULL_KEY: "one-key" });
      const counts: number[] = [];
      for (const query of ["destination=railway", "destination=nobody", "destination=make", "destination=%00", ""]) {
        digest.mockClear();
        await get(query, "Bearer wrong");
        counts.push(digest.mock.calls.length);
      }
      expect(counts).toEqual([2, 2, 2, 2, 2]);
    } finally {
      digest.mockRestore();
      warned.mockRestore();
    }
  });
});

describe("a request", () => {
  test("without parameters reads the first 100 messages", async () => {
    const { queries, get } = endpoint();
    await get();
    await get("destination=railway&after=");
    expect(queries).toEqual([
      ["railway", null, 100],
      ["railway", null, 100],
    ]);
  });
  test("reads from a cursor, up to a limit", async () => {
    const { queries, get } = endpoint();
    await get("destination=railway&after=7.0123456789ab&limit=500");
    expect(queries).toEqual([["railway", "7.0123456789ab", 500]]);
  });
  test.each(["0", "501", "-1", "1.5", "many"])("with limit=%s is refused", async (limit) => {
    const response = await endpoint().get(`destination=railway&limit=${limit}`);
    expect([response.status, await response.json()]).toMatchObject([400, { error: "limit_not_understood" }]);
  });
  test("with another method than GET is refused", async () => {
    expect((await endpoint().get("destination=railway", "Bearer the-new-key", "POST")).status).toBe(405);
  });
});

describe("the answer", () => {
  test("contains the messages unchanged, numbers too, and is not cached", async () => {
    const response = await endpoint().get();
    expect(await response.text()).toBe(`{"messages":${PAGE.messages},"cursor":"1.0123456789ab","more":false}`);
    expect([response.headers.get("content-type"), response.headers.get("cache-control")]).toEqual([
      "application/json",
      "no-store",
    ]);
  });
  test("to an invalid cursor is 400", async () => {
    for (const response of [
      await endpoint({ outcome: "malformed" }).get("destination=railway&after=x"),
      await endpoint().get("destination=railway&after=%00"),
    ]) {
      expect([response.status, await response.json()]).toMatchObject([400, { error: "cursor_malformed" }]);
    }
  });
  test("to a cursor that is too old has a new one to go on from", async () => {
    const response = await endpoint({ outcome: "gone", cursor: "9.0123456789ab" }).get(
      "destination=railway&after=1.0123456789ab",
    );
    expect([response.status, await response.json()]).toMatchObject([
      410,
      { error: "cursor_too_old", cursor: "9.0123456789ab" },
    ]);
  });
  test("without a database is 503", async () => {
    expect((await endpoint(new DatabaseAway("gone")).get()).status).toBe(503);
  });
});
