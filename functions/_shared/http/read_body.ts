import { within } from "../platform/within.ts";
import { HttpError } from "./http_error.ts";
import { allOf } from "./streams.ts";

/** How long a body may take to arrive, in ms. Those that are read here are small. */
const TIMEOUT_MS = 20_000;

/**
 * Reads the body of `request`, but never more than `limit` bytes. Null if it is larger.
 * @throws HttpError 408 body_too_slow
 */
export async function readBody(
  request: Request,
  limit: number,
  timeoutMs = TIMEOUT_MS,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const contentLength = request.headers.get("content-length");
  if (Number(contentLength) > limit) return null;
  const reading = read(request, limit, contentLength !== null && !request.headers.has("transfer-encoding"));
  return await within(timeoutMs, reading, () => {
    const message = `The body did not arrive within ${timeoutMs / 1000} s. Send it again.`;
    return new HttpError(408, "body_too_slow", message);
  });
}

/** The server enforces Content-Length (unless the body is also sent in chunks), and reads a body faster than we do. */
async function read(request: Request, limit: number, isBounded: boolean): Promise<Uint8Array<ArrayBuffer> | null> {
  if (!isBounded) return await allOf(request.body, limit);
  const body = new Uint8Array(await request.arrayBuffer());
  return body.length > limit ? null : body;
}
