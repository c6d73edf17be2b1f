/** Who may read messages, and what the answers look like. Which messages is the database's to say, and stands still here. */
import { describe, expect, test } from "vitest";
import { changesHandler } from "../../../functions/_shared/outbound/changes_handler.ts";
import { DatabaseAway } from "../../../functions/_shared/platform/database.ts";

const KEYS = { RAILWAY_PULL_KEY: "the-new-key the-old-key" };
const PAGE = {
  outcome: "ok",
  messages: '[{"id":"msg_1","data":{"price":12.10}}]',
  cursor: "1.0123456789ab",
  more: false,
};

function reader(answer: object | Error = PAGE, env: Record<string, string> = KEYS) {
  const asked: unknown[][] = [];
  const query = async (statement: string, values: unknown[]) => {
    if (statement.includes("outbox.destinations")) return ["railway", "make"].includes(values[0] as string) ? [{}] : [];
    asked.push(values);
    if (answer instanceof Error) throw answer;
    return [answer];
  };
  // biome-ignore lint/suspicious/noExplicitAny: rows of two kinds.
  const handle = changesHandler({ env: (name) => env[name], database: { query: query as any, async close() {} } });
  return {
    asked,
    get: (query = "destination=railway", authorization = "Bearer the-new-key", method = "GET") =>
      handle(
        new Request(`http://localhost/changes?${query}`, { method, headers: authorization ? { authorization } : {} }),
      ),
  };
}

describe("a destination's key", () => {
  test.each(["the-new-key", "the-old-key"])("%s lets in", async (key) => {
    expect((await reader().get("destination=railway", `Bearer ${key}`)).status).toBe(200);
  });

  test("a wrong key and an unknown name are answered alike", async () => {
    const { asked, get } = reader();
    const wrong = [
      "",
      "Bearer ",
      "Bearer the-other-key",
      "Bearer the-new-key the-old-key",
      "Basic the-new-key",
      "Bearer the-new-ke",
    ];
    const answers = [
      ...(await Promise.all(wrong.map((authorization) => get("destination=railway", authorization)))),
      ...(await Promise.all(
        ["destination=nobody", "destination=RAILWAY", "destination=", "", "destination=a%00"].map((query) =>
          get(query),
        ),
      )),
      await reader({ outcome: "unknown" }, { NOBODY_PULL_KEY: "the-new-key" }).get("destination=nobody"),
    ];
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]));
    expect(new Set(await Promise.all(answers.map((answer) => answer.text()))).size).toBe(1);
    expect(asked).toEqual([]);
  });

  test.each(["", " "])("that is not set (%j) is asked for by its name", async (none) => {
    const response = await reader(PAGE, { MAKE_PULL_KEY: none }).get("destination=make", "Bearer ");
    expect([response.status, await response.json()]).toMatchObject([
      503,
      { message: expect.stringContaining("MAKE_PULL_KEY") },
    ]);
  });
});

describe("what is asked for", () => {
  test("is 100 from the beginning when nothing is said", async () => {
    const { asked, get } = reader();
    await get();
    await get("destination=railway&after=");
    expect(asked).toEqual([
      ["railway", null, 100],
      ["railway", null, 100],
    ]);
  });
  test("is what the query says", async () => {
    const { asked, get } = reader();
    await get("destination=railway&after=7.0123456789ab&limit=500");
    expect(asked).toEqual([["railway", "7.0123456789ab", 500]]);
  });
  test.each(["0", "501", "-1", "1.5", "many"])("limit=%s is none", async (limit) => {
    const response = await reader().get(`destination=railway&limit=${limit}`);
    expect([response.status, await response.json()]).toMatchObject([400, { error: "limit_not_understood" }]);
  });
  test("is read with GET", async () => {
    expect((await reader().get("destination=railway", "Bearer the-new-key", "POST")).status).toBe(405);
  });
});

describe("the answer", () => {
  test("passes messages on as they are, numbers too, and is kept by nobody on the way", async () => {
    const response = await reader().get();
    expect(await response.text()).toBe(`{"messages":${PAGE.messages},"cursor":"1.0123456789ab","more":false}`);
    expect([response.headers.get("content-type"), response.headers.get("cache-control")]).toEqual([
      "application/json",
      "no-store",
    ]);
  });
  test("to a cursor that is none of ours says what to send", async () => {
    for (const response of [
      await reader({ outcome: "malformed" }).get("destination=railway&after=x"),
      await reader().get("destination=railway&after=%00"),
    ]) {
      expect([response.status, await response.json()]).toMatchObject([400, { error: "cursor_malformed" }]);
    }
  });
  test("to one that is too old has another to go on from", async () => {
    const response = await reader({ outcome: "gone", cursor: "9.0123456789ab" }).get(
      "destination=railway&after=1.0123456789ab",
    );
    expect([response.status, await response.json()]).toMatchObject([
      410,
      { error: "cursor_too_old", cursor: "9.0123456789ab" },
    ]);
  });
  test("without a database is to try again", async () => {
    expect((await reader(new DatabaseAway("gone")).get()).status).toBe(503);
  });
});
