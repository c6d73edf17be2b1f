/**
 * The frame of the functions that browsers and apps call: cross-origin headers on every answer, errors too (a browser hides from its page
 * what comes without them), kept by nobody on the way, and no error without an answer that says what to do.
 */

import { HttpError } from "../http/http_error.ts";
import { databaseAway, methodNotAllowed, refused } from "../http/respond.ts";
import { DatabaseAway } from "../platform/database.ts";
import { log } from "../platform/log.ts";

const HEADERS = {
  // Nothing is known of a caller but what he sends along himself, no cookie: any page may call.
  "access-control-allow-origin": "*",
  "access-control-allow-headers":
    "authorization, apikey, x-client-info, content-type, idempotency-key, x-checkout-token",
  "access-control-expose-headers": "retry-after",
  "cache-control": "no-store",
};
const PREFLIGHT_SECONDS = "86400";

/** `methods` as in "GET, POST". */
export function browserHandler(
  methods: string,
  handle: (request: Request) => Promise<Response>,
): (request: Request) => Promise<Response> {
  const allowed = methods.split(", ");

  async function answer(request: Request): Promise<Response> {
    if (request.method === "OPTIONS") {
      const headers = {
        "access-control-allow-methods": `${methods}, OPTIONS`,
        "access-control-max-age": PREFLIGHT_SECONDS,
      };
      return new Response(null, { status: 204, headers });
    }
    if (!allowed.includes(request.method)) return methodNotAllowed(methods);
    try {
      return await handle(request);
    } catch (error) {
      if (error instanceof HttpError) return refused(error.status, error.code, error.message, error.headers);
      log("error", "a request could not be served", { path: new URL(request.url).pathname, error });
      if (error instanceof DatabaseAway) return databaseAway();
      return refused(
        500,
        "internal_error",
        "Something went wrong here. Try again in a moment; the function's log says what it was.",
      );
    }
  }

  return async (request) => {
    const response = await answer(request);
    for (const [name, value] of Object.entries(HEADERS)) response.headers.set(name, value);
    return response;
  };
}
