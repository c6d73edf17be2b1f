/** The one place where a function's handler meets the platform: what holds for every answer is said here. */
import { log } from "../platform/log.ts";
import { HttpError, internalError } from "./http_error.ts";
import { refusedBy } from "./respond.ts";

declare const Deno: { serve(handler: (request: Request) => Promise<Response>): unknown };

/** Serves `handle`: every answer tells browsers not to guess its type, also the one to an error nobody caught. */
export function serve(handle: (request: Request) => Response | Promise<Response>): void {
  Deno.serve(guarded(handle));
}

/** `handle` as `serve` runs it. */
export function guarded(
  handle: (request: Request) => Response | Promise<Response>,
): (request: Request) => Promise<Response> {
  return async (request) => {
    const response = await answer(request);
    response.headers.set("x-content-type-options", "nosniff");
    return response;
  };

  async function answer(request: Request): Promise<Response> {
    try {
      return await handle(request);
    } catch (error) {
      if (error instanceof HttpError) return refusedBy(error);
      log("error", "a request could not be served", { path: new URL(request.url).pathname, error });
      return refusedBy(internalError());
    }
  }
}
