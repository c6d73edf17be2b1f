/** docs/errors.md has every error that our endpoints answer, and no other; error_sources.ts finds them. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { ERROR_CODES } from "../../functions/_shared/http/error_codes.ts";
import { type ErrorRow, parseErrors } from "../../scripts/openapi/errors_table.ts";
import { errorsInSql, errorsInTypeScript, filesBelow, merge } from "./error_sources.ts";

const at = (path: string) => new URL(`../../${path}`, import.meta.url);
const page = readFileSync(at("docs/errors.md"), "utf8");

const sources = merge([
  ...filesBelow("functions", ".ts").map(({ file, text }) => errorsInTypeScript(file, text)),
  ...filesBelow("sql", ".sql").map(({ file, text }) => errorsInSql(file, text)),
]);

const rows = parseErrors(page);
const name = ({ status, code }: { status: number; code: string }) => `${status} ${code}`;
const unique = (names: string[]) => [...new Set(names)].sort();

describe("the table of errors", () => {
  test("has no error for an admin to mend that ops.attention does not show", () => {
    const rule = readFileSync(at("sql/80-ops/20-attention/10-rules/attention_refused_webhooks.sql"), "utf8");
    const shown = ({ code, endpoints }: ErrorRow) =>
      rule.includes(`'${code}'`) ||
      // Counted by storefront/browser_handler.ts; health tells a monitor by itself.
      endpoints.some((endpoint) => ["all", "checkout", "health"].includes(endpoint));
    const forAdmins = rows.filter(({ who }) => who === "admin");
    expect(forAdmins.length).toBeGreaterThan(10);
    expect(forAdmins.filter((row) => !shown(row)).map(name)).toEqual([]);
  });
  test("has a row for each error that is raised", () => {
    const documented = rows.map(name);
    const missing = sources.raised.filter((error) => !documented.includes(name(error)));
    expect(missing.map((error) => `${name(error)} of ${error.where} is not in docs/errors.md`)).toEqual([]);
  });

  test("has no row for an error that is not raised", () => {
    const raised = sources.raised.map(name);
    const dead = rows.filter((row) => !raised.includes(name(row)));
    expect(dead.map((row) => `${name(row)} of docs/errors.md is raised nowhere`)).toEqual([]);
  });

  test("has each error once, in the order of status and code", () => {
    expect(rows.map(name)).toEqual(unique(rows.map(name)));
  });

  test("says for each error its cause, what to do, and who acts", () => {
    const incomplete = rows.filter(({ cause, action, who }) => {
      return !cause || !action || !["caller", "admin", "retry"].includes(who);
    });
    expect(incomplete.map(name)).toEqual([]);
  });

  test("names endpoints that there are", () => {
    const folders = readdirSync(at("functions")).filter((folder) => folder !== "_shared");
    const known = [...folders, "checkout/cancel", "webhooks", "all", "all but health", "Data API"];
    const unknown = rows.filter(({ endpoints }) => endpoints.some((endpoint) => !known.includes(endpoint)));
    expect(unknown.map(name)).toEqual([]);
  });

  test("names the endpoint of each provider whose own code raises the error", () => {
    const missing = sources.raised.filter((error) => {
      const provider = /^functions\/_shared\/providers\/(\w+)\//.exec(error.where)?.[1];
      const endpoints = rows.find((row) => name(row) === name(error))?.endpoints ?? [];
      const endpoint = provider === "railway" ? "catalog" : provider;
      return endpoint && !endpoints.includes(endpoint) && !endpoints.includes("webhooks");
    });
    expect(missing.map((error) => `${name(error)} of ${error.where}`)).toEqual([]);
  });
});

describe("the codes", () => {
  test("of http/error_codes.ts are those that endpoints answer", () => {
    const dataApi = rows.filter(({ endpoints }) => endpoints.includes("Data API")).map(({ code }) => code);
    const answered = sources.raised.map(({ code }) => code).filter((code) => !dataApi.includes(code));
    expect([...ERROR_CODES].sort()).toEqual(unique(answered));
  });

  test("are written out where they are raised, and passed on only here", () => {
    expect(sources.problems).toEqual([]);
    expect(sources.forwards.sort()).toEqual([
      "functions/_shared/crypto/verdict.ts: { code, detail }",
      "functions/_shared/crypto/verdict.ts: { code, detail, retryLater: true }",
      "functions/_shared/http/respond.ts: code", // of an HttpError
      "functions/_shared/inbound/webhook_handler.ts: code", // of a Refusal
      "functions/_shared/storefront/checkout_refusal.ts: detail as ErrorCode", // of an exception of our SQL
      "sql/10-inbox/20-receive/park.sql: key", // caught by inbox.receive, and no code
    ]);
  });
});

test("the outcomes of an attempt are those that outbox.record knows", () => {
  const table = page.slice(page.indexOf("## Outcomes of an attempt"));
  const documented = [...table.matchAll(/^\| `(\w+)` /gm)].map(([, outcome]) => outcome!);
  const rules = readFileSync(at("sql/20-outbox/40-deliver/record_failures.sql"), "utf8");
  const known = [...rules.matchAll(/^ +when ('.*') then$/gm)].flatMap(([, list]) => list!.match(/\w+/g)!);
  expect(documented.sort()).toEqual([...known, "delivered"].sort());
});

describe("an error is found", () => {
  const raisedIn = (text: string) => errorsInTypeScript("a.ts", text).raised.map(name);

  test.each([
    ["in refused()", 'refused(418, "teapot", "…")', ["418 teapot"]],
    ["in an HttpError", 'throw new HttpError(418, "teapot", "…")', ["418 teapot"]],
    ["with one of two statuses", 'new HttpError(late ? 503 : 502, "teapot", "…")', ["503 teapot", "502 teapot"]],
    ["with one of two codes", 'refused(400, hot ? "teapot" : `kettle`, "…")', ["400 teapot", "400 kettle"]],
    ["in a verdict", 'return refuse("teapot", "…")', ["401 teapot"]],
    ["in a verdict for now", 'return refuseForNow("teapot", "…")', ["503 teapot"]],
    ["in what reject() is given", 'reject(request, 0, 422, { code: "teapot", detail })', ["422 teapot"]],
    ["in a refusal with its status", 'const refusal = { status: 429, code: "teapot", detail };', ["429 teapot"]],
    ["in a provider's refuses", 'const p = { refuses() { return { code: "teapot", detail }; } };', ["422 teapot"]],
    ["in a confirmation", 'return { outcome: "unknown", refusal: { code: "teapot", detail } }', ["401 teapot"]],
  ])("%s", (_, text, expected) => expect(raisedIn(text)).toEqual(expected));

  test.each([
    ["a code in a variable", "refused(400, code, message)"],
    ["a computed code", "throw new HttpError(400, tea + pot, message)"],
    ["a code that another object holds", "reject(request, 0, 400, { ...refusal, code: refusal.code, detail })"],
    ["a code in shorthand", "const refusal = { code, detail }"],
  ])("or reported as passed on: %s", (_, text) => {
    expect(errorsInTypeScript("a.ts", text)).toMatchObject({
      raised: [],
      forwards: [expect.stringMatching(/^a\.ts: /)],
    });
  });

  test.each([
    ["a status in a variable", 'refused(status, "teapot", "…")'],
    ["a refusal without a visible status", 'const refusal = { code: "teapot", detail }'],
    ["two codes with two statuses", 'refused(a ? 400 : 409, a ? "teapot" : "kettle", "…")'],
    ["refused under another name", 'import { refused as deny } from "./respond.ts"; deny(400, "teapot", "…")'],
    ["refused in a variable", 'const deny = refused; deny(400, "teapot", "…")'],
    ["a class of its own", "class Teapot extends HttpError {}"],
    ["a response of its own", 'Response.json({ error: "teapot" }, { status: 418 })'],
    ["an ok() that is not", 'ok({ error: "teapot" }, 418)'],
  ])("or reported as a problem: %s", (_, text) => {
    expect(errorsInTypeScript("a.ts", text).problems).toEqual([expect.stringMatching(/^a\.ts:1: /)]);
  });
});

describe("an error in SQL is found", () => {
  test.each([
    ["as bad input", "raise exception 'no' using errcode = '22023', detail = 'teapot';", ["400 teapot"]],
    ["as something missing", "raise exception 'no' using detail = 'teapot', errcode = 'P0002';", ["404 teapot"]],
    ["without an errcode", "raise exception '%; no', a using hint = 'a, b', detail = 'teapot';", ["409 teapot"]],
    ["with a status of PostgREST's", "raise 'no' using errcode := 'PT429', detail := 'teapot';", ["429 teapot"]],
    ["in a nested statement", "if a then raise exception 'no'\n using detail = 'teapot'; end if;", ["409 teapot"]],
    ["not in a comment", "-- raise exception 'no' using detail = 'teapot';", []],
    ["not as a sentence", "raise exception 'no' using detail = 'It is a teapot.';", []],
  ])("%s", (_, text, expected) => {
    expect(errorsInSql("a.sql", text)).toMatchObject({ raised: expected.map((_) => ({})), problems: [], forwards: [] });
    expect(errorsInSql("a.sql", text).raised.map(name)).toEqual(expected);
  });

  test("or reported as passed on, when it is computed", () => {
    expect(errorsInSql("a.sql", "raise exception 'no' using detail = 'tea' || pot;").forwards).toEqual([
      "a.sql: tea | | pot",
    ]);
  });

  test.each([
    ["an errcode that has no status", "raise exception 'no' using errcode = '42501', detail = 'teapot';"],
    ["a computed errcode", "raise exception 'no' using errcode = state, detail = 'teapot';"],
    ["an exception inside a text", "execute 'do $x$ begin raise exception using detail = ''teapot''; end $x$';"],
  ])("or reported as a problem: %s", (_, text) => {
    expect(errorsInSql("a.sql", text).problems).toEqual([expect.stringMatching(/^a\.sql:1: /)]);
  });
});
