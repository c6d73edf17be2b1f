/** What can go wrong between the page and the API, in words: what it is, and what to do. */

export type ProblemKind = "away" | "expired" | "not_admin" | "not_deployed" | "changed" | "refused" | "slow" | "failed";

export class Problem extends Error {
  readonly kind: ProblemKind;
  /** A sentence that says what to do next. */
  readonly advice: string;

  constructor(kind: ProblemKind, message: string, advice: string) {
    super(message);
    this.name = "Problem";
    this.kind = kind;
    this.advice = advice;
  }
}

/** As the Data API writes an error. */
export interface ApiError {
  code?: string;
  message?: string;
  details?: string | null;
  hint?: string | null;
}

export function unreachable(url: string): Problem {
  return new Problem(
    "away",
    `The API at ${url} does not answer.`,
    "Check that it runs and that this computer is online. This page tries again by itself.",
  );
}

export function expired(): Problem {
  return new Problem("expired", "Your session has ended.", "Sign in again: you come back to this page.");
}

/** The problem behind an answer of the Data API that is no success. */
export function problemOf(status: number, error: ApiError): Problem {
  const message = error.message || `The API answered ${status}.`;
  const hint = [error.details, error.hint].filter(Boolean).join(" ");
  const code = error.code ?? "";
  if (status === 401 || /^PGRST30[0-3]$/.test(code)) return expired();
  if (code === "42501") return new Problem("not_admin", message, hint || "Ask an admin to add your account.");
  if (code === "PGRST202" || code === "PGRST106" || code === "42883") {
    return new Problem(
      "not_deployed",
      "This database does not offer the console's functions.",
      "Apply the migrations (npm run deploy), and add the schema `console` to the API's exposed schemas.",
    );
  }
  if (code === "57014")
    return new Problem("slow", "The database took too long.", "Choose a shorter time or more filters.");
  if (/changed since the preview/.test(message))
    return new Problem("changed", message, "The preview below is the new one. Read it, then confirm again.");
  if (status === 429)
    return new Problem("slow", "Too many requests.", "Wait a moment: this page tries again by itself.");
  if (status >= 502 && status <= 504) {
    return new Problem("away", `The API answered ${status}: ${message}`, "This page tries again by itself.");
  }
  if (status < 500) return new Problem("refused", message, hint);
  return new Problem("failed", message, hint || "Try again. If it stays, look at the database's log.");
}

/** The same of a command that was to be run: it may have been done although its answer did not come. */
export function outcomeUnknown(
  problem: Problem,
  advice = "It may have been done. Press the button again: with this preview it is done once.",
): Problem {
  if (problem.kind !== "away" && problem.kind !== "failed") return problem;
  return new Problem(problem.kind, problem.message, advice);
}

/** As Auth writes an error. */
interface AuthError {
  code?: string;
  status?: number;
  message: string;
}

/** Whether Auth did not answer, or not with an answer of its own. */
export const isUnanswered = ({ status }: AuthError) => status === undefined || status === 0 || status >= 500;

/** The problem behind a sign-in that failed. `url`: of the API. */
export function signInProblem(error: AuthError, url: string): Problem {
  // Before the status, which is 400 for both.
  if (error.code === "email_not_confirmed")
    return new Problem("refused", "This address is not confirmed yet.", "Follow the link in the mail first.");
  if (error.code === "invalid_credentials" || error.status === 400) {
    return new Problem(
      "refused",
      "E-mail address and password do not belong together.",
      "Check both. A forgotten password is reset in Studio: Authentication, Users.",
    );
  }
  if (error.status === 429)
    return new Problem("slow", "Too many attempts to sign in.", "Wait a minute, then try again.");
  if (isUnanswered(error)) return unreachable(url);
  return new Problem("refused", error.message, "Try again, or use another account.");
}

/** Any thrown value as a problem. */
export function asProblem(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new Problem("failed", message, "Reload the page. If it stays, it is a mistake of the console.");
}
