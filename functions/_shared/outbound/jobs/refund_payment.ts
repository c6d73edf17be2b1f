/**
 * Refunds a payment at the provider after an admin asked for it. The provider's answer is received like a webhook. An
 * attempt whose answer was lost does no harm: the request's id makes the refund once, and the next attempt is answered
 * with the same refund.
 */
import { ApiError } from "../../http/api_client.ts";
import { receiveProviderMessage } from "../../inbound/receive_provider_message.ts";
import type { FunctionRecord, TableRow, Text } from "../../platform/rows.ts";
import { PROVIDERS } from "../../providers/registry.ts";
import type { AttemptOutcome, JobAdapter } from "../adapter.ts";
import { outcomeOf, requireEnv } from "./provider_call.ts";

type RefundRequest = Pick<TableRow<"public", "refund_requests">, "id" | "reason">;
type RefundAmount = Pick<TableRow<"public", "refund_requests">, "amount_minor" | "currency">;

/** `outcome` is null when the payment may be refunded, and `reason` says why it may not. */
type Permission = FunctionRecord<
  "commerce",
  "may_refund",
  {
    outcome: "cancelled" | "refused" | null;
    reason: string;
    provider: TableRow<"public", "payments">["provider"];
    payment_ref: TableRow<"public", "payments">["provider_ref"];
  } & Text<RefundAmount, "amount_minor">
>;

export const refundPayment: JobAdapter = {
  async run({ data }, runtime, signal) {
    const { id, reason } = data as RefundRequest;
    const { database, env } = runtime;
    const note = (ref: string | null, error: string | null) =>
      database.query("select commerce.note_refund($1::uuid, $2, $3)", [id, ref, error]);
    const noteRefusal = async (outcome: AttemptOutcome & { error: string }): Promise<AttemptOutcome> => {
      await note(null, outcome.error);
      return outcome;
    };

    const [permission] = await database.query<Permission>("select * from commerce.may_refund($1::uuid)", [id]);
    if (!permission) throw new Error(`commerce.may_refund returned no row for request ${id}`);
    if (permission.outcome === "cancelled") return { outcome: "cancelled", error: permission.reason };
    if (permission.outcome === "refused") return await noteRefusal({ outcome: "refused", error: permission.reason });
    const { provider, payment_ref, amount_minor, currency } = permission;
    const gateway = await PROVIDERS[provider]?.gateway?.();
    if (!gateway?.refundPayment) {
      const error = `${provider} makes no refunds by its API. Pay it back by hand, then call commerce.record_refund.`;
      return await noteRefusal({ outcome: "refused", error });
    }
    requireEnv(gateway.requiredEnv, env);

    try {
      const refund = { request_id: id, payment_ref, amount_minor: Number(amount_minor), currency, reason };
      const { ref, message } = await gateway.refundPayment(env, refund, signal);
      await receiveProviderMessage(database, provider, message);
      await note(ref, null);
      return { outcome: "delivered", body: ref };
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const outcome = outcomeOf(error, gateway.requiredEnv);
      return outcome.outcome === "refused" ? await noteRefusal(outcome) : outcome;
    }
  },
};
