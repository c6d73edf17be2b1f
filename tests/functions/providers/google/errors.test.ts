/** What each error of Google's means. The bodies are of Google's documentation (tests/fixtures/google). */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { ApiError, codeOf } from "../../../../functions/_shared/http/api_client.ts";
import { judge, reasonOf } from "../../../../functions/_shared/providers/google/errors.ts";

const FIXTURES = new URL("../../../fixtures/google/", import.meta.url);
const errorOf = (status: number, body: string) =>
  new ApiError(codeOf(status), `google answered ${status}`, { status, body });
const because = (status: number, reason: string, message = reason) =>
  errorOf(
    status,
    JSON.stringify({ error: { errors: [{ domain: "global", reason, message }], code: status, message } }),
  );

const EXPECTED: Record<string, string> = {
  "error.400-invalid-conference-type.json": "settings",
  "error.401-invalid-credentials.json": "settings",
  "error.403-rate-limit.json": "retry",
  "error.403-service-account-invite.json": "settings",
  "error.403-user-rate-limit.json": "retry",
  "error.404-not-found.json": "gone",
  "error.409-duplicate.json": "taken",
  "error.410-deleted.json": "gone",
  "error.429-rate-limit.json": "retry",
  "error.500-backend.json": "retry",
};

test("every documented body has its meaning", () => {
  expect(
    readdirSync(FIXTURES)
      .filter((name) => name.startsWith("error."))
      .sort(),
  ).toEqual(Object.keys(EXPECTED).sort());
});
test.each(Object.entries(EXPECTED))("%s: %s", (name, kind) => {
  const body = readFileSync(new URL(name, FIXTURES), "utf8");
  expect(judge(errorOf(JSON.parse(body).error.code, body)).kind).toBe(kind);
});

describe("403", () => {
  test.each([
    ["rateLimitExceeded", "retry"],
    ["userRateLimitExceeded", "retry"],
    ["quotaExceeded", "retry"],
    ["dailyLimitExceeded", "retry"],
    ["forbidden", "settings"],
    ["requiredAccessLevel", "settings"],
    ["insufficientPermissions", "settings"],
    ["accessNotConfigured", "settings"],
    ["forbiddenForServiceAccounts", "settings"],
    // About one event: it stops no other.
    ["forbiddenForNonOrganizer", "refused"],
    ["somethingNew", "refused"],
  ])("%s: %s", (reason, kind) => expect(judge(because(403, reason)).kind).toBe(kind));
  test("of the Meet API, whose errors have another shape", () => {
    const body = (reason: string) =>
      JSON.stringify({ error: { code: 403, status: "PERMISSION_DENIED", details: [{ reason }] } });
    expect(judge(errorOf(403, body("ACCESS_TOKEN_SCOPE_INSUFFICIENT"))).kind).toBe("settings");
    expect(judge(errorOf(403, body("SERVICE_DISABLED"))).kind).toBe("settings");
    expect(reasonOf(errorOf(403, JSON.stringify({ error: { code: 403, status: "PERMISSION_DENIED" } })))).toBe(
      "PERMISSION_DENIED",
    );
  });
});

test.each([
  [412, "conditionNotMet", "changed"],
  [503, "backendError", "retry"],
  [408, "requestTimeout", "retry"],
  [400, "timeRangeEmpty", "refused"],
  [413, "tooLarge", "refused"],
])("%i %s: %s", (status, reason, kind) => expect(judge(because(status, reason)).kind).toBe(kind));

test("a body that is no JSON says nothing more than its status", () => {
  expect(judge(errorOf(403, "<html>")).kind).toBe("refused");
  expect(judge(errorOf(502, "<html>")).kind).toBe("retry");
});
test("whatever an admin must set is said in a sentence", () => {
  for (const reason of ["invalid_grant", "invalid_client", "unauthorized_client", "invalid_scope"]) {
    const verdict = judge(new ApiError("unauthorized", "google", { status: 400, issue: reason }));
    expect(verdict).toMatchObject({ kind: "settings", advice: expect.stringMatching(/[a-z].*\.$/) });
  }
});
