/**
 * Takes a receiver's word that its work is done. That a receiver took a message says little: make.com answers "Accepted" and
 * queues. What follows is decided in SQL (outbox.acknowledge).
 *
 *     GET|POST /functions/v1/receipt?delivery=…&signature=…      {"status": "failed", "error": "no such product"}
 *
 * Answers: 200 {status, late, duplicate}; 400 a body that says neither; 401 not an address of ours; 404 no such delivery; 413; 405;
 * 503 when the database is away.
 */

import { text } from "../facts/json_reader.ts";
import { readBody } from "../http/read_body.ts";
import { databaseAway, methodNotAllowed, ok, refused } from "../http/respond.ts";
import { log } from "../platform/log.ts";
import { edgeRuntime, type Runtime } from "../platform/runtime.ts";

const MAX_BODY_BYTES = 20_480;
const WORDS = text(2000);

interface Acknowledged {
  outcome: "processed" | "failed" | "forged" | "unknown";
  late: boolean;
  duplicate: boolean;
}

export function receiptHandler(
  runtime: Pick<Runtime, "database"> = edgeRuntime(),
): (request: Request) => Promise<Response> {
  return async (request) => {
    if (request.method !== "GET" && request.method !== "POST") return methodNotAllowed("GET, POST");
    const address = new URL(request.url).searchParams;
    const delivery = address.get("delivery") ?? "";
    const signature = address.get("signature") ?? "";
    if (!/^\d{1,18}$/.test(delivery) || !/^[0-9a-f]{64}$/.test(signature)) return forged();
    const body = await readBody(request, MAX_BODY_BYTES);
    if (!body) return refused(413, "body_too_large", `At most ${MAX_BODY_BYTES} bytes are taken. Shorten "error".`);
    const said = read(body);
    if (!said) {
      return refused(
        400,
        "body_not_understood",
        'Send no body, {"status":"processed"}, or {"status":"failed","error":"why"}, as JSON.',
      );
    }

    let answer: Acknowledged;
    try {
      const rows = await runtime.database.query<Acknowledged>(
        "select outcome, late, duplicate from outbox.acknowledge($1::bigint, $2, $3)",
        [delivery, signature, said.failed],
      );
      answer = rows[0]!;
    } catch (error) {
      log("error", "a receipt could not be written down", { delivery, error });
      return databaseAway();
    }
    const { outcome, late, duplicate } = answer;
    if (outcome === "forged") return forged();
    if (outcome === "unknown") {
      return refused(
        404,
        "delivery_unknown",
        "This delivery is not kept any more. There is nothing to do: its receipt came too late.",
      );
    }
    return ok({ status: outcome, late, duplicate });
  };
}

const forged = () =>
  refused(
    401,
    "receipt_not_genuine",
    "Call the receipt_url of a message exactly as it came, with both of its parameters.",
  );

/** What the body says: failed is why, or null when the work is done. Null for a body that says neither. */
function read(body: Uint8Array): { failed: string | null } | null {
  const words = new TextDecoder().decode(body).trim();
  if (words === "") return { failed: null };
  let said: { status?: unknown; error?: unknown } | null;
  try {
    said = JSON.parse(words);
  } catch {
    return null;
  }
  if (typeof said !== "object" || said === null || Array.isArray(said)) return null;
  const { error = null, status = error === null ? "processed" : "failed" } = said;
  if (status === "processed") return { failed: null };
  if (status !== "failed") return null;
  return { failed: WORDS.read(typeof error === "string" ? error : error === null ? "" : JSON.stringify(error)) ?? "" };
}
