import { HttpError } from "./http_error.ts";
import { readBody } from "./read_body.ts";

const MAX_BYTES = 65_536;

/** The JSON object that a caller sent. @throws TurnedAway */
export async function jsonBody(request: Request): Promise<Record<string, unknown>> {
  const body = await readBody(request, MAX_BYTES);
  if (!body) throw new HttpError(413, "body_too_large", `At most ${MAX_BYTES} bytes are taken.`);
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(body));
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // answered like any other body that is no object
  }
  throw new HttpError(400, "body_not_json", "Send a JSON object as the body.");
}
