import { HttpError } from "./http_error.ts";
import { readBody } from "./read_body.ts";

const MAX_BYTES = 65_536;

/**
 * The body of `request`, which must be a JSON object of at most 64 KiB.
 * @throws HttpError 413 body_too_large, 408 body_too_slow, 400 body_not_json
 */
export async function jsonBody(request: Request): Promise<Record<string, unknown>> {
  const body = await readBody(request, MAX_BYTES);
  if (!body) throw new HttpError(413, "body_too_large", `The body is too large. Send at most ${MAX_BYTES} bytes.`);
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(body));
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Answered like any other body that is not an object.
  }
  throw new HttpError(400, "body_not_json", "Send a JSON object as the body.");
}
