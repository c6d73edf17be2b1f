/**
 * The reconciler: closes the gap that no webhook can close by itself, the one that never arrives. Asks a provider what
 * happened, and receives what is missing through the same door, as confirmed. Told in inbox.reconciliations.
 */
import { ApiError } from "../../http/api_client.ts";
import { type Inbox, openInbox } from "../../inbound/inbox.ts";
import { paymentStatusAt, receiveMissing } from "../../inbound/receive_missing.ts";
import type { Runtime } from "../../platform/runtime.ts";
import type { PaymentQuery, ProviderHistory, ProviderMessage } from "../../providers/provider_history.ts";
import { PROVIDERS } from "../../providers/registry.ts";
import type { AttemptOutcome, JobAdapter } from "../adapter.ts";

/** What inbox.reconcile asks for. */
interface Order {
  reconciliation_id: string;
  provider: string;
  since: string;
  until: string;
}

/** Payments asked about one by one in a run. */
const ASK = 25;

export const reconcileJob: JobAdapter = {
  async run({ data }, runtime, signal) {
    const order = data as Order;
    const run = new Run(order, runtime, signal);
    try {
      const skipped = await run.go();
      await run.note(true, skipped);
      return { outcome: "delivered", body: run.told(skipped) };
    } catch (error) {
      // What was healed so far is healed; the next try looks at the rest.
      const why = (error as Error).message;
      await run.note(false, why);
      return failed(error, why);
    }
  },
};

function failed(error: unknown, why: string): AttemptOutcome {
  const retryAfterMs = error instanceof ApiError ? (error.details.retryAfterMs ?? null) : null;
  return { outcome: "retry", error: why, retryAfterMs };
}

class Run {
  readonly #inbox: Inbox;
  #lookedAt = 0;
  #missed = 0;
  #healed = 0;

  constructor(
    readonly order: Order,
    readonly runtime: Runtime,
    readonly signal: AbortSignal,
  ) {
    this.#inbox = openInbox(runtime.database);
  }

  /** Null when everything was looked at, else why there was nothing to ask. */
  async go(): Promise<string | null> {
    const { provider, since, until } = this.order;
    const history = await PROVIDERS[provider]?.history?.();
    if (!history) return `There is no history of ${provider}.`;
    const unset = history.requiredEnv.filter((name) => !this.runtime.env(name));
    if (unset.length > 0) return `Not connected: ${unset.join(", ")} not set.`;

    await this.#askAbout(history);
    for await (const page of history.listSince(this.runtime.env, new Date(since), new Date(until), this.signal)) {
      this.#lookedAt += page.length;
      await this.#heal(page, history.listKind);
    }
    return null;
  }

  /** Payments that have been pending for long: asked about directly. One that is not answered about spoils no other. */
  async #askAbout(history: ProviderHistory): Promise<void> {
    if (!history.getStatus) return;
    const { env, database } = this.runtime;
    const { provider } = this.order;
    for (const asked of await database.query<PaymentQuery>("select kind, ref from inbox.to_ask_about($1, $2::int)", [
      provider,
      ASK,
    ])) {
      const told = await paymentStatusAt(provider, history, asked, env, this.signal);
      await database.query("select inbox.asked_about($1, $2)", [provider, asked.ref]);
      if (!told) continue;
      this.#lookedAt++;
      await this.#heal([told], "objects");
    }
  }

  async #heal(page: ProviderMessage[], lists: ProviderHistory["listKind"]): Promise<void> {
    const { database } = this.runtime;
    const { missed, healed } = await receiveMissing(this.order.provider, page, lists, { database, inbox: this.#inbox });
    this.#missed += missed;
    this.#healed += healed;
  }

  async note(complete: boolean, remark: string | null): Promise<void> {
    const { reconciliation_id } = this.order;
    await this.runtime.database.query(
      "select inbox.note_reconciliation($1::uuid, $2::int, $3::int, $4::int, $5::boolean, $6)",
      [...[reconciliation_id, this.#lookedAt, this.#missed, this.#healed, complete], remark],
    );
  }

  told(skipped: string | null): string {
    return skipped ?? `looked at ${this.#lookedAt}, missed ${this.#missed}, healed ${this.#healed}`;
  }
}
