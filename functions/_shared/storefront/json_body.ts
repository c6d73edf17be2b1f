import { readBody } from "../body.ts";
import { object } from "../read.ts";
import { TurnedAway } from "./turned_away.ts";

const MAX_BYTES = 65_536;

/** The JSON object that a caller sent. @throws TurnedAway */
export async function jsonBody(request: Request): Promise<Record<string, unknown>> {
  const body = await readBody(request, MAX_BYTES);
  if (!body) throw new TurnedAway(413, "body_too_large", `At most ${MAX_BYTES} bytes are taken.`);
  try {
    const value = object.read(JSON.parse(new TextDecoder().decode(body)));
    if (value) return value as Record<string, unknown>;
  } catch {
    // answered like any other body that is no object
  }
  throw new TurnedAway(400, "body_not_json", "Send a JSON object as the body.");
}
