/**
 * Takes the money of an order that its buyer approved at PayPal. PayPal's answer is received like its webhook, as confirmed: the
 * payment is recorded even if no webhook about it ever comes.
 */
import { ApiError } from "../../http/api_client.ts";
import { receiveProviderMessage } from "../../inbound/receive_provider_message.ts";
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

interface Approval {
  /** Ours. */
  id: string;
  /** PayPal's order. */
  provider_ref: string;
}

/** What commerce.may_capture says: go ahead (null), or why not. */
interface May {
  outcome: "retry" | "cancelled" | "refused" | null;
  reason: string;
}

/** What the shop can do about what PayPal will not do. */
const ADVICE: Record<string, string> = {
  ORDER_NOT_APPROVED: "The buyer has not approved it, or not again after a change: let them check out again.",
  PAYER_ACTION_REQUIRED: "The buyer has to confirm the payment with their bank: let them check out again.",
  INSTRUMENT_DECLINED: "The buyer's bank declined: let them check out again with another way to pay.",
  INVALID_RESOURCE_ID: "PayPal keeps an order that is not captured for some hours only: let the buyer check out again.",
  "": "Look the order up at PayPal, and replay this delivery once it is repaired.",
};

export const capturePayment: JobAdapter = {
  async run({ data, message_id }, runtime, signal) {
    const { id, provider_ref: order } = data as Approval;
    const [may] = await runtime.database.query<May>("select outcome, reason from commerce.may_capture($1::uuid)", [id]);
    if (!may) throw new Error(`commerce.may_capture says nothing of approval ${id}`);
    if (may.outcome !== null) return { outcome: may.outcome, error: may.reason };
    requireEnv(PAYPAL_REQUIRED_ENV, runtime.env);

    let told: ProviderMessage;
    try {
      told = await capture(openPaypal(runtime.env), order, message_id, signal);
    } catch (error) {
      const said = withAdvice(error, "capture", ADVICE);
      if (said instanceof ApiError) return outcomeOf(said, PAYPAL_REQUIRED_ENV);
      throw error;
    }
    return { outcome: "delivered", body: await receiveProviderMessage(runtime.database, "paypal", told) };
  },
};

/** The order with its captures, told as an event. */
async function capture(
  api: PaypalApi,
  order: string,
  requestId: string,
  signal: AbortSignal,
): Promise<ProviderMessage> {
  try {
    const answer = await api.captureOrder(order, requestId, signal);
    // PayPal keeps the answer it gave to a request id, perhaps one from before the capture showed in it.
    return hasCaptures(answer.json) ? orderAsEvent(answer) : await captured(api, order, signal);
  } catch (error) {
    // By us in an attempt whose answer was lost, or by somebody else: the money is there.
    if (error instanceof ApiError && issueOf(error).issue === "ORDER_ALREADY_CAPTURED")
      return await captured(api, order, signal);
    throw error;
  }
}

async function captured(api: PaypalApi, order: string, signal: AbortSignal): Promise<ProviderMessage> {
  const answer = await api.getOrder(order, signal);
  if (hasCaptures(answer.json)) return orderAsEvent(answer);
  throw new ApiError("unexpected_answer", `paypal: order ${order} was captured, but does not show it yet`);
}

function hasCaptures(order: unknown): boolean {
  const units = (order as { purchase_units?: { payments?: { captures?: unknown[] } }[] } | null)?.purchase_units;
  return (
    Array.isArray(units) &&
    units.some((unit) => Array.isArray(unit?.payments?.captures) && unit.payments.captures.length > 0)
  );
}
