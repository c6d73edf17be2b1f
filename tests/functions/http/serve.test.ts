/** What holds for every answer of every function. */
import { readdirSync, readFileSync } from "node:fs";
import { afterEach, describe, expect, test, vi } from "vitest";
import { HttpError } from "../../../functions/_shared/http/http_error.ts";
import { refused } from "../../../functions/_shared/http/respond.ts";
import { guarded } from "../../../functions/_shared/http/serve.ts";

afterEach(() => vi.restoreAllMocks());

const FUNCTIONS = new URL("../../../functions/", import.meta.url);
const slugs = readdirSync(FUNCTIONS).filter((name) => name !== "_shared");
const call = (handle: Parameters<typeof guarded>[0]) => guarded(handle)(new Request("http://localhost/any"));

describe("an answer", () => {
  test.each<[string, () => Response]>([
    ["of success", () => Response.json({})],
    ["of refusal", () => refused(401, "unauthorized", "…")],
    ["without a body", () => new Response(null, { status: 204 })],
  ])("%s tells browsers not to guess its type", async (_, handle) => {
    expect((await call(handle)).headers.get("x-content-type-options")).toBe("nosniff");
  });

  test("is made of a refusal that was thrown", async () => {
    const response = await call(() => Promise.reject(new HttpError(408, "body_too_slow", "Send it again.")));
    expect([response.status, response.headers.get("x-content-type-options")]).toEqual([408, "nosniff"]);
    expect(await response.json()).toEqual({ error: "body_too_slow", message: "Send it again." });
  });

  test("is made of an error that nobody caught, and does not repeat it", async () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    const response = await call(() => Promise.reject(new Error("the-secret")));
    expect([response.status, response.headers.get("x-content-type-options")]).toEqual([500, "nosniff"]);
    const text = await response.text();
    expect(text).toContain("internal_error");
    expect(text).not.toContain("the-secret");
  });
});

test.each(slugs)("functions/%s answers through serve() alone", (slug) => {
  const code = readFileSync(new URL(`${slug}/index.ts`, FUNCTIONS), "utf8");
  expect(code).toMatch(/^serve\(/m);
  expect(code).not.toMatch(/Deno\.serve/);
});
