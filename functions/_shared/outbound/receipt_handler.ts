/**
 * Records receipts: a receiver calls the receipt_url of a message once its work is done. That it accepted the message
 * says little, since make.com answers "Accepted" and queues. SQL decides what follows (outbox.acknowledge).
 *
 *     GET|POST /functions/v1/receipt?delivery=…&signature=…      {"status": "failed", "error": "no such product"}
 *
 * Answers 200 {status, late, duplicate}. Errors: docs/errors.md.
 */

import { text } from "../facts/json_reader.ts";
import { readBody } from "../http/read_body.ts";
import { databaseAway, methodNotAllowed, ok, refused } from "../http/respond.ts";
import { log } from "../platform/log.ts";
import type { FunctionRow, Narrow } from "../platform/rows.ts";
import { edgeRuntime, type Runtime } from "../platform/runtime.ts";

const MAX_BODY_BYTES = 20_480;
const ERROR_TEXT = text(2000);

type Acknowledged = Narrow<
  FunctionRow<"outbox", "acknowledge">,
  { outcome: "processed" | "failed" | "forged" | "unknown" }
>;

export function receiptHandler(
  runtime: Pick<Runtime, "database"> = edgeRuntime(),
): (request: Request) => Promise<Response> {
  return async (request) => {
    if (request.method !== "GET" && request.method !== "POST") return methodNotAllowed("GET, POST");
    const parameters = new URL(request.url).searchParams;
    const delivery = parameters.get("delivery") ?? "";
    const signature = parameters.get("signature") ?? "";
    if (!/^\d{1,18}$/.test(delivery) || !/^[0-9a-f]{64}$/.test(signature)) return receiptNotGenuine();
    const body = await readBody(request, MAX_BODY_BYTES);
    if (!body)
      return refused(
        413,
        "body_too_large",
        `The body is too large. Send at most ${MAX_BODY_BYTES} bytes: shorten "error".`,
      );
    const receipt = read(body);
    if (!receipt) {
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
        [delivery, signature, receipt.failed],
      );
      answer = rows[0]!;
    } catch (error) {
      log("error", "a receipt could not be recorded", { delivery, error });
      return databaseAway();
    }
    const { outcome, late, duplicate } = answer;
    if (outcome === "forged") return receiptNotGenuine();
    if (outcome === "unknown") {
      return refused(
        404,
        "delivery_unknown",
        "This delivery is no longer kept: its receipt came too late. There is nothing to do.",
      );
    }
    return ok({ status: outcome, late, duplicate });
  };
}

const receiptNotGenuine = () =>
  refused(401, "receipt_not_genuine", "Call the receipt_url of a message unchanged, with both of its parameters.");

/** The body of a receipt; `failed` is the reason, or null when the work is done. Null for a body of another form. */
function read(body: Uint8Array): { failed: string | null } | null {
  const json = new TextDecoder().decode(body).trim();
  if (json === "") return { failed: null };
  let value: { status?: unknown; error?: unknown } | null;
  try {
    value = JSON.parse(json);
  } catch {
    return null;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  const { error = null, status = error === null ? "processed" : "failed" } = value;
  if (status === "processed") return { failed: null };
  if (status !== "failed") return null;
  const reason = typeof error === "string" ? error : error === null ? "" : JSON.stringify(error);
  return { failed: ERROR_TEXT.read(reason) ?? "" };
}
