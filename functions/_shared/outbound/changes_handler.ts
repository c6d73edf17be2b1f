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
import { databaseAway, methodNotAllowed, refused } from "../http/respond.ts";
import { log } from "../platform/log.ts";
import type { FunctionRow, Narrow, Nullable } from "../platform/rows.ts";
import { edgeRuntime, type Runtime } from "../platform/runtime.ts";
import { settingName } from "./adapter.ts";

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 500;

/** `messages` is JSON text, passed on as it is: parsing it here would round its numbers. */
type Page = Nullable<
  Narrow<FunctionRow<"outbox", "changes">, { outcome: "ok" | "malformed" | "gone" | "unknown" }>,
  "messages" | "cursor" | "more"
>;

export function changesHandler(
  runtime: Pick<Runtime, "env" | "database"> = edgeRuntime(),
): (request: Request) => Promise<Response> {
  const { env, database } = runtime;

  /** Null when the key is right. */
  async function checkKey(destination: string, authorization: string | null): Promise<Response | null> {
    if (!/^[a-z][a-z0-9_]{0,62}$/.test(destination)) return unauthorized();
    const name = settingName(destination, "PULL_KEY");
    const keys = secretsFrom(env, name);
    if (keys.length === 0) {
      // A name that does not exist is answered like a wrong key; only one without a key is told apart.
      const destinations = await database.query("select 1 from outbox.destinations d where d.name = $1", [destination]);
      if (destinations.length === 0) return unauthorized();
      return refused(
        503,
        "secret_not_configured",
        `${name} is not set. Set it as a function secret (a long random text), and the same at the reader.`,
      );
    }
    const given = /^Bearer +(\S+)$/i.exec(authorization ?? "")?.[1] ?? "";
    return (await isSecret(given, keys)) ? null : unauthorized();
  }

  return async (request) => {
    if (request.method !== "GET") return methodNotAllowed("GET");
    const { searchParams } = new URL(request.url);
    const destination = searchParams.get("destination") ?? "";
    try {
      const refusal = await checkKey(destination, request.headers.get("authorization"));
      if (refusal) return refusal;
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
      "and ?destination=<name>.",
    { "www-authenticate": "Bearer" },
  );
