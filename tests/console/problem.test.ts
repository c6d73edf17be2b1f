import { expect, test } from "vitest";
import { asProblem, outcomeUnknown, problemOf, signInProblem } from "../../web/console/src/api/problem.ts";

test.each([
  [401, { message: "JWT expired", code: "PGRST303" }, "expired"],
  [403, { message: "the console is for admins", code: "42501", hint: "Sign in as an admin." }, "not_admin"],
  [404, { message: "Could not find the function", code: "PGRST202" }, "not_deployed"],
  [406, { message: "Invalid schema: console", code: "PGRST106" }, "not_deployed"],
  [500, { message: "canceling statement due to statement timeout", code: "57014" }, "slow"],
  [409, { message: "it has changed since the preview: look at it again", code: "PT409" }, "changed"],
  [400, { message: "there is no list x", code: "22023", hint: "Known: events." }, "refused"],
  [503, {}, "away"],
  [500, {}, "failed"],
] as const)("%d %o is %s, and says what to do", (status, error, kind) => {
  const problem = problemOf(status, error);
  expect(problem.kind).toBe(kind);
  expect(problem.message).not.toBe("");
  expect(problem.advice).not.toBe("");
});

test("a refusal keeps the database's own words", () => {
  expect(problemOf(400, { code: "22023", message: "no", details: "because", hint: "Do this." })).toMatchObject({
    message: "no",
    advice: "because Do this.",
  });
});

test("a command whose answer is lost may have been done; a refusal keeps its words", () => {
  expect(outcomeUnknown(problemOf(503, {})).advice).toContain("It may have been done.");
  expect(outcomeUnknown(problemOf(503, {}), "Look at the jobs.").advice).toBe("Look at the jobs.");
  const refused = problemOf(400, { message: "no", hint: "Do this." });
  expect(outcomeUnknown(refused)).toBe(refused);
});

test("whatever is thrown becomes a problem", () => {
  expect(asProblem("x").message).toBe("x");
  expect(asProblem(new Error("y")).kind).toBe("failed");
});

test.each([
  [{ status: 400, code: "email_not_confirmed" }, /not confirmed/],
  [{ status: 400, code: "invalid_credentials" }, /do not belong together/],
  [{ status: 429 }, /Too many attempts/],
  [{ status: 503 }, /does not answer/],
  [{}, /does not answer/],
  [{ status: 422, code: "user_banned" }, /the words of Auth/],
])("a sign-in that fails with %o is told as what it is", (error, words) => {
  expect(signInProblem({ message: "the words of Auth", ...error }, "https://api.example").message).toMatch(words);
});
