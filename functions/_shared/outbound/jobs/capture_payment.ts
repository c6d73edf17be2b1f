/**
 * Captures the payment of an order that its buyer approved at PayPal. PayPal's answer is received like a webhook, as
 * confirmed: the payment is recorded even if no webhook about it arrives.
 */
import { ApiError } from "../../http/api_client.ts";
import { receiveProviderMessage } from "../../inbound/receive_provider_message.ts";
import type { FunctionRecord, TableRow } from "../../platform/rows.ts";
import {
  issueOf,
  openPaypal,
  orderAsEvent,
  PAYPAL_REQUIRED_ENV,
  type PaypalApi,
  withAdvice,
} from "../../providers/paypal/api.ts";
import type { ProviderMessage } from "../../providers/provider_history.ts";
import type { JobAdapter } from "../adapter.ts";
import { outcomeOf, requireEnv } from "./provider_call.ts";

/** `provider_ref` is the id of PayPal's order. */
type Approval = Pick<TableRow<"public", "payment_approvals">, "id" | "provider_ref">;

/** `outcome` is null when the payment may be captured, and `reason` says why it may not. */
type Permission = FunctionRecord<
  "commerce",
  "may_capture",
  { outcome: "retry" | "cancelled" | "refused" | null; reason: string }
>;

/** What the shop can do when PayPal refuses a capture, by PayPal's issue; "" for any other. */
const ADVICE: Record<string, string> = {
  ORDER_NOT_APPROVED: "The buyer has not approved it, or not again after a change: let them check out again.",
  PAYER_ACTION_REQUIRED: "The buyer has to confirm the payment with their bank: let them check out again.",
  INSTRUMENT_DECLINED: "The buyer's bank declined: let them check out again with another way to pay.",
  INVALID_RESOURCE_ID: "PayPal keeps an order that is not captured for some hours only: let the buyer check out again.",
  "": "Look the order up at PayPal, and replay this delivery once it is corrected there.",
};

export const capturePayment: JobAdapter = {
  async run({ data, message_id }, { database, env }, signal) {
    const { id, provider_ref: orderId } = data as Approval;
    const [permission] = await database.query<Permission>(
      "select outcome, reason from commerce.may_capture($1::uuid)",
      [id],
    );
    if (!permission) throw new Error(`commerce.may_capture returned no row for approval ${id}`);
    if (permission.outcome !== null) return { outcome: permission.outcome, error: permission.reason };
    requireEnv(PAYPAL_REQUIRED_ENV, env);

    let message: ProviderMessage;
    try {
      message = await capture(openPaypal(env), orderId, message_id, signal);
    } catch (error) {
      const explained = withAdvice(error, "capture", ADVICE);
      if (explained instanceof ApiError) return outcomeOf(explained, PAYPAL_REQUIRED_ENV);
      throw error;
    }
    return { outcome: "delivered", body: await receiveProviderMessage(database, "paypal", message) };
  },
};

/** Captures the order. Resolves to the order with its captures, as an event. */
async function capture(
  api: PaypalApi,
  orderId: string,
  requestId: string,
  signal: AbortSignal,
): Promise<ProviderMessage> {
  try {
    const answer = await api.captureOrder(orderId, requestId, signal);
    // PayPal repeats the answer it gave to a request id before, which may not show the capture yet.
    return hasCaptures(answer.json) ? orderAsEvent(answer) : await readCaptured(api, orderId, signal);
  } catch (error) {
    // It was captured by an attempt of ours whose answer was lost, or by somebody else.
    if (error instanceof ApiError && issueOf(error).issue === "ORDER_ALREADY_CAPTURED")
      return await readCaptured(api, orderId, signal);
    throw error;
  }
}

async function readCaptured(api: PaypalApi, orderId: string, signal: AbortSignal): Promise<ProviderMessage> {
  const answer = await api.getOrder(orderId, signal);
  if (hasCaptures(answer.json)) return orderAsEvent(answer);
  throw new ApiError("unexpected_answer", `paypal: order ${orderId} was captured, but does not show it yet`);
}

function hasCaptures(order: unknown): boolean {
  const units = (order as { purchase_units?: { payments?: { captures?: unknown[] } }[] } | null)?.purchase_units;
  return (
    Array.isArray(units) &&
    units.some((unit) => Array.isArray(unit?.payments?.captures) && unit.payments.captures.length > 0)
  );
}
