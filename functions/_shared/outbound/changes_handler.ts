/**
 * A destination reads its messages itself: one that was away, or wants no pushes. The same messages, each once, a record's in order;
 * what is read is pushed all the same (outbox.changes tells how, and why nothing is missed).
 *
 *     GET /functions/v1/changes?destination=railway&after=<cursor>&limit=100      Authorization: Bearer <RAILWAY_PULL_KEY>
 *
 * Answers: 200 {messages, cursor, more}; 400 no cursor of ours, or no such limit; 401 wrong key or destination; 410 the messages after
 * the cursor are not kept any more, with a cursor to go on from; 405; 503 when no key is set or the database is away.
 */

import { isSecret, secretsFrom } from "../crypto/signature.ts";
import { databaseAway, methodNotAllowed, refused } from "../http/respond.ts";
import { log } from "../platform/log.ts";
import { edgeRuntime, type Runtime } from "../platform/runtime.ts";
import { settingName } from "./adapter.ts";

const LIMIT = { usual: 100, most: 500 };

interface Page {
  outcome: "ok" | "malformed" | "gone" | "unknown";
  /** JSON text, passed on as it is: reading it here would round its numbers. */
  messages: string | null;
  cursor: string | null;
  more: boolean | null;
}

export function changesHandler(
  runtime: Pick<Runtime, "env" | "database"> = edgeRuntime(),
): (request: Request) => Promise<Response> {
  const { env, database } = runtime;

  /** Null: go on. */
  async function turnAway(destination: string, authorization: string | null): Promise<Response | null> {
    if (!/^[a-z][a-z0-9_]{0,62}$/.test(destination)) return unauthorized();
    const name = settingName(destination, "PULL_KEY");
    const keys = secretsFrom(env, name);
    if (keys.length === 0) {
      // Whoever guesses names learns no more than from a wrong key, but for destinations that nobody can read yet.
      const known = await database.query("select 1 from outbox.destinations d where d.name = $1", [destination]);
      if (known.length === 0) return unauthorized();
      return refused(
        503,
        "secret_not_configured",
        `${name} is not set. Set it as a function secret (a long random text), the same at the reader.`,
      );
    }
    const theirs = /^Bearer +(\S+)$/i.exec(authorization ?? "")?.[1] ?? "";
    return (await isSecret(theirs, keys)) ? null : unauthorized();
  }

  return async (request) => {
    if (request.method !== "GET") return methodNotAllowed("GET");
    const { searchParams } = new URL(request.url);
    const destination = searchParams.get("destination") ?? "";
    try {
      const refusal = await turnAway(destination, request.headers.get("authorization"));
      if (refusal) return refusal;
      const limit = Number(searchParams.get("limit") ?? LIMIT.usual);
      if (!Number.isInteger(limit) || limit < 1 || limit > LIMIT.most) {
        return refused(
          400,
          "limit_not_understood",
          `limit is a whole number from 1 to ${LIMIT.most}; left out, it is ${LIMIT.usual}.`,
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
      "Messages after this cursor are not kept any more. Keep the cursor of this answer, read the tables anew, then go on from that cursor.";
    return Response.json({ error: "cursor_too_old", message, cursor }, { status: 410, headers: HEADERS });
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
    "after is no cursor of ours. Send the cursor of the last answer as it came; leave it out to begin anew.",
  );

const unauthorized = () =>
  refused(
    401,
    "unauthorized",
    "Send Authorization: Bearer and the key of this destination (function secret <NAME>_PULL_KEY), and ?destination=<name>.",
    { "www-authenticate": "Bearer" },
  );
