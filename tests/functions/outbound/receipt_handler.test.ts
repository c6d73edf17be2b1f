/** What a receipt may look like. What becomes of it is the database's to say, and stands still here. */
import { describe, expect, test } from "vitest";
import { receiptHandler } from "../../../functions/_shared/outbound/receipt_handler.ts";
import { DatabaseAway } from "../../../functions/_shared/platform/database.ts";

const SIGNATURE = "ab".repeat(32);
const ADDRESS = `http://localhost/receipt?delivery=7&signature=${SIGNATURE}`;

/** Answers as the database would, and keeps what it was asked. */
function told(answer: object | Error = { outcome: "processed", late: false, duplicate: false }) {
  const asked: unknown[][] = [];
  const query = async (_: string, values: unknown[]) => {
    asked.push(values);
    if (answer instanceof Error) throw answer;
    return [answer];
  };
  // biome-ignore lint/suspicious/noExplicitAny: rows of one kind.
  const handle = receiptHandler({ database: { query: query as any, async close() {} } });
  return { asked, send: (url = ADDRESS, init: RequestInit = { method: "POST" }) => handle(new Request(url, init)) };
}
const post = (body: BodyInit): RequestInit => ({ method: "POST", body });

describe("work that is done is told", () => {
  test.each([
    ["by GET", { method: "GET" }],
    ["by POST without a body", { method: "POST" }],
    ["with a status", post('{"status":"processed"}')],
    ["with other members", post('{"run":12}')],
  ])("%s", async (_, init) => {
    const { asked, send } = told();
    const response = await send(ADDRESS, init);
    expect([response.status, await response.json()]).toEqual([
      200,
      { status: "processed", late: false, duplicate: false },
    ]);
    expect(asked).toEqual([["7", SIGNATURE, null]]);
  });
});

describe("work that failed is told", () => {
  test.each([
    ["with a reason", '{"status":"failed","error":"no such product"}', "no such product"],
    ["without one", '{"status":"failed"}', ""],
    ["by a reason alone", '{"error":"no such product"}', "no such product"],
    ["by a reason that is no text", '{"status":"failed","error":{"code":5}}', '{"code":5}'],
    ["with what Postgres cannot store", '{"status":"failed","error":"a\\u0000b\\ud800c"}', "ab\uFFFDc"],
  ])("%s", async (_, body, why) => {
    const { asked, send } = told({ outcome: "failed", late: true, duplicate: false });
    expect(await (await send(ADDRESS, post(body))).json()).toEqual({ status: "failed", late: true, duplicate: false });
    expect(asked).toEqual([["7", SIGNATURE, why]]);
  });
});

describe("turned away without asking the database is", () => {
  test.each([
    ["another method", ADDRESS, { method: "HEAD" }, 405],
    ["an address without a signature", "http://localhost/receipt?delivery=7", { method: "POST" }, 401],
    ["one whose signature is none", "http://localhost/receipt?delivery=7&signature=x", { method: "POST" }, 401],
    ["one without a delivery", `http://localhost/receipt?signature=${SIGNATURE}`, { method: "POST" }, 401],
    ["one whose delivery is no number", ADDRESS.replace("=7", "=7%20or%20true"), { method: "POST" }, 401],
    ["one beyond counting", ADDRESS.replace("=7", `=${"9".repeat(19)}`), { method: "POST" }, 401],
    ["a body that is no JSON", ADDRESS, post("ok"), 400],
    ["one that is a list", ADDRESS, post("[]"), 400],
    ["one with another status", ADDRESS, post('{"status":"done"}'), 400],
    ["one that is too long", ADDRESS, post(" ".repeat(20_481)), 413],
  ])("%s", async (_, url, init, status) => {
    const { asked, send } = told();
    expect((await send(url, init)).status).toBe(status);
    expect(asked).toEqual([]);
  });
});

test.each([
  ["a wrong signature is answered 401", { outcome: "forged" }, 401, "receipt_not_genuine"],
  ["a delivery that is not kept any more is answered 404", { outcome: "unknown" }, 404, "delivery_unknown"],
  ["a database that is away is answered 503", new DatabaseAway("gone"), 503, "try_again"],
])("%s", async (_, answer, status, error) => {
  const response = await told(answer).send();
  expect([response.status, await response.json()]).toMatchObject([status, { error }]);
});
