/** Which receipts are accepted, with a fake database. SQL decides what follows from a receipt. */
import { describe, expect, test } from "vitest";
import { receiptHandler } from "../../../functions/_shared/outbound/receipt_handler.ts";
import { DatabaseAway } from "../../../functions/_shared/platform/database.ts";

const SIGNATURE = "ab".repeat(32);
const ADDRESS = `http://localhost/receipt?delivery=7&signature=${SIGNATURE}`;

/** The endpoint with a database that gives this answer. `queries`: the values it was called with. */
function endpoint(answer: object | Error = { outcome: "processed", late: false, duplicate: false }) {
  const queries: unknown[][] = [];
  const query = async (_: string, values: unknown[]) => {
    queries.push(values);
    if (answer instanceof Error) throw answer;
    return [answer];
  };
  // biome-ignore lint/suspicious/noExplicitAny: rows of one kind.
  const handle = receiptHandler({ database: { query: query as any, async close() {} } });
  return { queries, send: (url = ADDRESS, init: RequestInit = { method: "POST" }) => handle(new Request(url, init)) };
}
const post = (body: BodyInit): RequestInit => ({ method: "POST", body });

describe("a receipt for work that is done", () => {
  test.each([
    ["by GET", { method: "GET" }],
    ["by POST without a body", { method: "POST" }],
    ["with a status", post('{"status":"processed"}')],
    ["with other members", post('{"run":12}')],
  ])("%s", async (_, init) => {
    const { queries, send } = endpoint();
    const response = await send(ADDRESS, init);
    expect([response.status, await response.json()]).toEqual([
      200,
      { status: "processed", late: false, duplicate: false },
    ]);
    expect(queries).toEqual([["7", SIGNATURE, null]]);
  });
});

describe("a receipt for work that failed", () => {
  test.each([
    ["with a reason", '{"status":"failed","error":"no such product"}', "no such product"],
    ["without a reason", '{"status":"failed"}', ""],
    ["with a reason and no status", '{"error":"no such product"}', "no such product"],
    ["with a reason that is not text", '{"status":"failed","error":{"code":5}}', '{"code":5}'],
    ["with what Postgres cannot store", '{"status":"failed","error":"a\\u0000b\\ud800c"}', "ab\uFFFDc"],
  ])("%s", async (_, body, why) => {
    const { queries, send } = endpoint({ outcome: "failed", late: true, duplicate: false });
    expect(await (await send(ADDRESS, post(body))).json()).toEqual({ status: "failed", late: true, duplicate: false });
    expect(queries).toEqual([["7", SIGNATURE, why]]);
  });
});

describe("refused without a query", () => {
  test.each([
    ["another method", ADDRESS, { method: "HEAD" }, 405],
    ["an address without a signature", "http://localhost/receipt?delivery=7", { method: "POST" }, 401],
    [
      "an address with a malformed signature",
      "http://localhost/receipt?delivery=7&signature=x",
      { method: "POST" },
      401,
    ],
    ["an address without a delivery", `http://localhost/receipt?signature=${SIGNATURE}`, { method: "POST" }, 401],
    ["an address whose delivery is not a number", ADDRESS.replace("=7", "=7%20or%20true"), { method: "POST" }, 401],
    ["an address whose delivery is too large", ADDRESS.replace("=7", `=${"9".repeat(19)}`), { method: "POST" }, 401],
    ["a body that is not JSON", ADDRESS, post("ok"), 400],
    ["a body that is a list", ADDRESS, post("[]"), 400],
    ["a body with another status", ADDRESS, post('{"status":"done"}'), 400],
    ["a body that is too long", ADDRESS, post(" ".repeat(20_481)), 413],
  ])("%s", async (_, url, init, status) => {
    const { queries, send } = endpoint();
    expect((await send(url, init)).status).toBe(status);
    expect(queries).toEqual([]);
  });
});

test.each([
  ["a wrong signature is answered 401", { outcome: "forged" }, 401, "receipt_not_genuine"],
  ["a delivery that is no longer kept is answered 404", { outcome: "unknown" }, 404, "delivery_unknown"],
  ["a database that cannot be reached is answered 503", new DatabaseAway("gone"), 503, "try_again"],
])("%s", async (_, answer, status, error) => {
  const response = await endpoint(answer).send();
  expect([response.status, await response.json()]).toMatchObject([status, { error }]);
});
