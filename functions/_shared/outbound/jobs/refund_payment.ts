/**
 * Asks a provider to give money back, where an admin asked for it. Its answer is received like its webhook. A try whose answer was
 * lost is harmless: the same request gives back once, and the next try is answered with the same refund.
 */
import { ApiError } from "../../http/api_client.ts";
import { receiveProviderMessage } from "../../inbound/receive_provider_message.ts";
import { PROVIDERS } from "../../providers/registry.ts";
import type { AttemptOutcome, JobAdapter } from "../adapter.ts";
import { outcomeOf, requireEnv } from "./provider_call.ts";

/** A row of public.refund_requests. */
interface Request {
  id: string;
  reason: string | null;
}

/** What commerce.may_refund says: go ahead (outcome is null), or why not. */
interface May {
  outcome: "cancelled" | "refused" | null;
  reason: string;
  provider: string;
  payment_ref: string;
  /** A bigint: text. */
  amount_minor: string;
  currency: string;
}

export const refundPayment: JobAdapter = {
  async run({ data }, runtime, signal) {
    const { id, reason } = data as Request;
    const { database, env } = runtime;
    const note = (ref: string | null, error: string | null) =>
      database.query("select commerce.note_refund($1::uuid, $2, $3)", [id, ref, error]);
    const refuse = async (done: AttemptOutcome & { error: string }): Promise<AttemptOutcome> => {
      await note(null, done.error);
      return done;
    };

    const [may] = await database.query<May>("select * from commerce.may_refund($1::uuid)", [id]);
    if (!may) throw new Error(`commerce.may_refund says nothing of request ${id}`);
    if (may.outcome === "cancelled") return { outcome: "cancelled", error: may.reason };
    if (may.outcome === "refused") return await refuse({ outcome: "refused", error: may.reason });
    const gateway = await PROVIDERS[may.provider]?.gateway?.();
    if (!gateway?.refundPayment) {
      const why = `${may.provider} gives no money back by its API. Pay it back by hand, then commerce.record_refund.`;
      return await refuse({ outcome: "refused", error: why });
    }
    requireEnv(gateway.requiredEnv, env);

    const { provider, payment_ref, amount_minor, currency } = may;
    try {
      const asked = { request_id: id, payment_ref, amount_minor: Number(amount_minor), currency, reason };
      const { ref, message } = await gateway.refundPayment(env, asked, signal);
      await receiveProviderMessage(database, provider, message);
      await note(ref, null);
      return { outcome: "delivered", body: ref };
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const done = outcomeOf(error, gateway.requiredEnv);
      return done.outcome === "refused" ? await refuse(done) : done;
    }
  },
};
