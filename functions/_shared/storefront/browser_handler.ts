/**
 * Wraps the endpoints that browsers and apps call: cross-origin headers on every answer, since a browser hides an
 * answer without them from its page; no caching; and an error answer that says what to do, whatever is thrown.
 * What is our own fault (5xx) is counted in `ops.endpoint_failures`, which ops.attention shows.
 */

import type { ErrorCode } from "../http/error_codes.ts";
import { databaseAwayError, HttpError, internalError, methodError } from "../http/http_error.ts";
import { refusedBy } from "../http/respond.ts";
import { type Database, DatabaseAway } from "../platform/database.ts";
import { log } from "../platform/log.ts";
import { type About, buyerMessage } from "./buyer_words.ts";

const HEADERS = {
  // A caller is known only by what the request itself carries, never by a cookie: any page may call.
  "access-control-allow-origin": "*",
  "access-control-allow-headers":
    "authorization, apikey, x-client-info, content-type, idempotency-key, x-checkout-token",
  "access-control-expose-headers": "retry-after",
  "cache-control": "no-store",
};
const PREFLIGHT_SECONDS = "86400";

/** @param methods As in "GET, POST". @param handle May throw HttpError, which becomes the answer. */
export function browserHandler(
  methods: string,
  handle: (request: Request) => Promise<Response>,
  { endpoint, database }: { endpoint: string; database: Database },
): (request: Request) => Promise<Response> {
  const allowed = methods.split(", ");

  async function respond(request: Request): Promise<Response> {
    if (request.method === "OPTIONS") {
      const headers = {
        "access-control-allow-methods": `${methods}, OPTIONS`,
        "access-control-max-age": PREFLIGHT_SECONDS,
      };
      return new Response(null, { status: 204, headers });
    }
    try {
      if (!allowed.includes(request.method)) throw methodError(methods);
      return await handle(request);
    } catch (thrown) {
      const error = refusalFor(thrown, request);
      if (error.status >= 500 && error.code !== "try_again") await countFailure(error.code, error.message);
      return refusedBy(error, { buyer_message: buyerMessage(error.code, error.about as About) });
    }
  }

  async function countFailure(code: ErrorCode, message: string): Promise<void> {
    await database
      .query("select ops.count_failure($1, $2, $3)", [endpoint, code, message])
      .catch((error) => log("warn", "a failure was not counted", { endpoint, code, error }));
  }

  return async (request) => {
    const response = await respond(request);
    for (const [name, value] of Object.entries(HEADERS)) response.headers.set(name, value);
    return response;
  };
}

function refusalFor(error: unknown, request: Request): HttpError {
  if (error instanceof HttpError) return error;
  log("error", "a request could not be served", { path: new URL(request.url).pathname, error });
  return error instanceof DatabaseAway ? databaseAwayError() : internalError();
}
