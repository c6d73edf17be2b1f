/**
 * Asks PayPal's API whether an event is true. PayPal signs its transmission id, time, the webhook's id and a CRC-32 of
 * the body, and nothing else of the body (developer.paypal.com/api/rest/webhooks/rest): a genuine message that was seen
 * once fits any body with the same CRC-32.
 */
import { Json } from "../../facts/json_reader.ts";
import { ApiError } from "../../http/api_client.ts";
import type { Environment } from "../../platform/environment.ts";
import type { Confirmation } from "../webhook_provider.ts";
import { openPaypal, PAYPAL_REQUIRED_ENV } from "./api.ts";

export async function confirmEvent(event: unknown, env: Environment, signal: AbortSignal): Promise<Confirmation> {
  const unset = PAYPAL_REQUIRED_ENV.filter((name) => !env(name));
  if (unset.length > 0) {
    return {
      outcome: "unanswered",
      why: `${unset.join(" and ")} not set: PayPal cannot be asked whether the event is true.`,
    };
  }
  const eventId = new Json(event).at("id").value;
  if (typeof eventId !== "string" || !/^[\w-]{1,255}$/.test(eventId)) return unknown(String(eventId).slice(0, 60));
  const api = openPaypal(env);
  try {
    const answer = await found(api.getEvent(eventId, signal));
    if (answer) return { outcome: "confirmed", event: answer.json, text: answer.text };
    // PayPal keeps events for 30 days. What an older one says of a capture can still be compared.
    return (await sameCapture(event, (captureId) => found(api.getCapture(captureId, signal)))) ?? unknown(eventId);
  } catch (error) {
    return { outcome: "unanswered", why: error instanceof Error ? error.message : String(error) };
  }
}

function unknown(eventId: string): Confirmation {
  const detail =
    `PayPal knows no event ${eventId}. If it should, check PAYPAL_BASE_URL, PAYPAL_CLIENT_ID and PAYPAL_CLIENT_SECRET: sandbox and live, ` +
    "and each app, know only their own events. The dashboard's simulator sends events that PayPal's API does not know.";
  return { outcome: "unknown", refusal: { code: "event_unknown", detail } };
}

/** The answer, or null for a 404. */
async function found<Answer>(asked: Promise<Answer>): Promise<Answer | null> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof ApiError && error.code === "not_found") return null;
    throw error;
  }
}

/**
 * Confirms an event about a capture, when the capture at PayPal has the status, amount and checkout that the event
 * says.
 */
async function sameCapture(
  event: unknown,
  get: (captureId: string) => Promise<{ json: unknown } | null>,
): Promise<Confirmation | null> {
  const webhook = new Json(event);
  if (!/^PAYMENT\.CAPTURE\.(COMPLETED|PENDING|DENIED|DECLINED)$/.test(String(webhook.at("event_type").value)))
    return null;
  const captureId = webhook.at("resource.id").value;
  if (typeof captureId !== "string" || !/^[A-Za-z0-9]{1,64}$/.test(captureId)) return null;
  const answer = await get(captureId);
  if (!answer) return null;
  const truth = new Json(answer.json);
  const isSame = ["id", "status", "amount.value", "amount.currency_code", "custom_id"].every(
    (field) => truth.at(field).value === webhook.at(`resource.${field}`).value,
  );
  return isSame ? { outcome: "confirmed", event, text: JSON.stringify(event) } : null;
}
