/**
 * Cancels a payment at the provider, so that the buyer of a checkout that was cancelled or has expired can no longer
 * pay it.
 */
import { ApiError } from "../../http/api_client.ts";
import type { FunctionValue, Narrow, TableRow } from "../../platform/rows.ts";
import type { CreatedPayment } from "../../providers/payment_gateway.ts";
import { PROVIDERS } from "../../providers/registry.ts";
import type { JobAdapter } from "../adapter.ts";
import { outcomeOf, requireEnv } from "./provider_call.ts";

type StartedPayment = Narrow<TableRow<"public", "started_payments">, { kind: CreatedPayment["kind"] }>;
/** Null: it may be cancelled. */
type WhyNot = FunctionValue<"commerce", "may_close"> | null;

export const cancelPayment: JobAdapter = {
  async run({ data }, { database, env }, signal) {
    const { id, provider, kind, provider_ref: ref } = data as StartedPayment;
    const [permission] = await database.query<{ why_not: WhyNot }>("select commerce.may_close($1::uuid) as why_not", [
      id,
    ]);
    if (!permission) throw new Error(`commerce.may_close returned no row for started payment ${id}`);
    if (permission.why_not !== null) return { outcome: "cancelled", error: permission.why_not };

    const gateway = await PROVIDERS[provider]?.gateway?.();
    if (gateway?.cancelPayment) {
      requireEnv(gateway.requiredEnv, env);
      try {
        await gateway.cancelPayment(env, { kind, ref }, signal);
      } catch (error) {
        if (error instanceof ApiError) return outcomeOf(error, gateway.requiredEnv);
        throw error;
      }
    }
    await database.query("select commerce.note_closed($1::uuid)", [id]);
    return { outcome: "delivered", body: gateway?.cancelPayment ? ref : `${provider} has nothing to cancel.` };
  },
};
