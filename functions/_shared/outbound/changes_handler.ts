/**
 * Lets a destination read its messages itself, because it was down or wants no pushes: each message once, those of a
 * record in order. What is read is pushed all the same. outbox.changes says how it works, and why no message is
 * skipped.
 *
 *     GET /functions/v1/changes?destination=railway&after=<cursor>&limit=100   Authorization: Bearer <RAILWAY_PULL_KEY>
 *
 * Answers 200 {messages, cursor, more}. Errors: docs/errors.md; 410 has a cursor to go on from.
 */

import { isSecret, secretsFrom } from "../crypto/signature.ts";
import { bearerToken } from "../http/bearer_token.ts";
import { databaseAway, methodNotAllowed, refused } from "../http/respond.ts";
import { log } from "../platform/log.ts";
import type { FunctionRow, Narrow, Nullable } from "../platform/rows.ts";
import { edgeRuntime, type Runtime } from "../platform/runtime.ts";
import { settingName } from "./adapter.ts";

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 500;
const MAX_WARNINGS = 20;
/** Compared with where there is no key. */
const NOBODYS_KEY = crypto.randomUUID();

/** `messages` is JSON text, passed on as it is: parsing it here would round its numbers. */
type Page = Nullable<
  Narrow<FunctionRow<"outbox", "changes">, { outcome: "ok" | "malformed" | "gone" | "unknown" }>,
  "messages" | "cursor" | "more"
>;

export function changesHandler(
  runtime: Pick<Runtime, "env" | "database"> = edgeRuntime(),
): (request: Request) => Promise<Response> {
  const { env, database } = runtime;
  const warned = new Set<string>();

  /**
   * Whether the key is right. A destination that is unknown, or has no key, is answered like a wrong key and after the
   * same work: nobody learns here which destinations there are. An admin finds a missing key in the log.
   */
  async function isKey(destination: string, headers: Headers): Promise<boolean> {
    const wellFormed = /^[a-z][a-z0-9_]{0,62}$/.test(destination);
    const name = settingName(wellFormed ? destination : "nobody", "PULL_KEY");
    const keys = wellFormed ? secretsFrom(env, name) : [];
    const right = await isSecret(bearerToken(headers) ?? "", keys.length > 0 ? keys : [NOBODYS_KEY]);
    if (wellFormed && keys.length === 0) warnOnce(name);
    return right && keys.length > 0;
  }

  /** Once for each name, and not for more than a few: a caller makes names up. */
  function warnOnce(missing: string): void {
    if (warned.has(missing) || warned.size >= MAX_WARNINGS) return;
    warned.add(missing);
    log("warn", "changes were asked for, but there is no key", { missing });
  }

  return async (request) => {
    if (request.method !== "GET") return methodNotAllowed("GET");
    const { searchParams } = new URL(request.url);
    const destination = searchParams.get("destination") ?? "";
    try {
      if (!(await isKey(destination, request.headers))) return unauthorized();
      const limit = Number(searchParams.get("limit") ?? DEFAULT_LIMIT);
      if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
        return refused(
          400,
          "limit_not_understood",
          `limit is a whole number from 1 to ${MAX_LIMIT}. The default is ${DEFAULT_LIMIT}.`,
        );
      }
      const after = searchParams.get("after") || null;
      if (after?.includes("\0")) return malformed();
      const rows = await database.query<Page>(
        "select outcome, messages, cursor, more from outbox.changes($1, $2, $3::int)",
        [...[destination, after], limit],
      );
      return answer(rows[0]!);
    } catch (error) {
      log("error", "changes could not be read", { destination, error });
      return databaseAway();
    }
  };
}

function answer({ outcome, messages, cursor, more }: Page): Response {
  if (outcome === "unknown") return unauthorized();
  if (outcome === "malformed") return malformed();
  if (outcome === "gone") {
    const message =
      "Messages after this cursor are no longer kept. Keep the cursor of this answer, read the tables again, " +
      "then go on from that cursor.";
    return refused(410, "cursor_too_old", message, HEADERS, { cursor });
  }
  return new Response(`{"messages":${messages},"cursor":${JSON.stringify(cursor)},"more":${more}}`, {
    headers: HEADERS,
  });
}

const HEADERS = { "content-type": "application/json", "cache-control": "no-store" };

const malformed = () =>
  refused(
    400,
    "cursor_malformed",
    "after is not a cursor. Send the cursor of the last answer unchanged, or leave it out to begin with the " +
      "first message.",
  );

const unauthorized = () =>
  refused(
    401,
    "unauthorized",
    "Send Authorization: Bearer and the key of this destination (function secret <NAME>_PULL_KEY), " +
      "and ?destination=<name>. The function's log says whether a key is set.",
    { "www-authenticate": "Bearer" },
  );
