/** Closes, at the provider, where the buyer of a checkout that was called off or has expired could still pay. */
import { ApiError } from "../api.ts";
import { judgeError, mustBeSet } from "../ask_provider.ts";
import type { Worker } from "../destination.ts";
import { type Started, TILLS } from "../till.ts";

/** A row of public.started_payments. */
interface Row {
  id: string;
  provider: string;
  kind: Started["kind"];
  provider_ref: string;
}

export const closePayment: Worker = {
  async work(delivery, { database, env }, signal) {
    const { id, provider, kind, provider_ref: ref }: Row = JSON.parse(delivery.body).data;
    const [may] = await database.query<{ why_not: string | null }>("select commerce.may_close($1::uuid) as why_not", [id]);
    if (!may) throw new Error(`commerce.may_close says nothing of ${id}`);
    if (may.why_not !== null) return { outcome: "cancelled", error: may.why_not };

    const till = await TILLS[provider]?.();
    if (till?.close) {
      mustBeSet(till.needs, env);
      try {
        await till.close(env, { kind, ref }, signal);
      } catch (error) {
        if (error instanceof ApiError) return judgeError(error, till.needs);
        throw error;
      }
    }
    await database.query("select commerce.note_closed($1::uuid)", [id]);
    return { outcome: "delivered", body: till?.close ? ref : `${provider} has nothing to close.` };
  },
};
