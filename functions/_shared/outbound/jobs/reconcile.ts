/**
 * The reconciler: finds events whose webhook never arrived. Asks a provider what happened, and receives what is missing
 * like a webhook, as confirmed. Each run is a row of inbox.reconciliations.
 */
import { ApiError } from "../../http/api_client.ts";
import { type Inbox, openInbox } from "../../inbound/inbox.ts";
import { NotStored, paymentStatusAt, receiveMissing } from "../../inbound/receive_missing.ts";
import type { FunctionRow, Narrow, TableRow } from "../../platform/rows.ts";
import type { Runtime } from "../../platform/runtime.ts";
import type { PaymentQuery, ProviderHistory, ProviderMessage } from "../../providers/provider_history.ts";
import { PROVIDERS } from "../../providers/registry.ts";
import type { AttemptOutcome, JobAdapter } from "../adapter.ts";

type Reconciliation = TableRow<"inbox", "reconciliations">;
/** What inbox.reconcile writes into a message. The times are ISO 8601 UTC, by the provider's clock. */
type Assignment = Pick<Reconciliation, "provider" | "since" | "until"> & { reconciliation_id: Reconciliation["id"] };
type PendingPayment = Narrow<FunctionRow<"inbox", "to_ask_about">, PaymentQuery>;

/** Pending payments that a run asks about, one by one. */
const MAX_INQUIRIES = 25;
/** Reasons why events could not be stored that a run tells of. */
const MAX_REASONS = 3;

export const reconcileJob: JobAdapter = {
  async run({ data }, runtime, signal) {
    const run = new Run(data as Assignment, runtime, signal);
    try {
      const skipped = await run.reconcile();
      await run.record(true, skipped);
      return { outcome: "delivered", body: skipped ?? run.summary() };
    } catch (error) {
      // What was received so far stays; the next attempt receives the rest.
      const reason = (error as Error).message;
      await run.record(false, reason);
      return retry(error, reason);
    }
  },
};

function retry(error: unknown, reason: string): AttemptOutcome {
  const retryAfterMs = error instanceof ApiError ? (error.details.retryAfterMs ?? null) : null;
  return { outcome: "retry", error: reason, retryAfterMs };
}

class Run {
  readonly #inbox: Inbox;
  #lookedAt = 0;
  #missed = 0;
  #healed = 0;
  #notStored: string[] = [];

  constructor(
    readonly assignment: Assignment,
    readonly runtime: Runtime,
    readonly signal: AbortSignal,
  ) {
    this.#inbox = openInbox(runtime.database);
  }

  /** Null when the provider was asked about the whole time, else why there was nothing to ask. */
  async reconcile(): Promise<string | null> {
    const { provider, since, until } = this.assignment;
    const history = await PROVIDERS[provider]?.history?.();
    if (!history) return `${provider} has no history that could be asked.`;
    const unset = history.requiredEnv.filter((name) => !this.runtime.env(name));
    if (unset.length > 0) return `Not connected: ${unset.join(", ")} not set.`;

    await this.#askAboutPending(history);
    for await (const page of history.listSince(this.runtime.env, new Date(since), new Date(until), this.signal)) {
      this.#lookedAt += page.length;
      await this.#receive(page, history.listKind);
    }
    // The run is not complete, and is tried again; but first all else was received.
    if (this.#notStored.length > 0) throw new Error(this.#notStored.join("; "));
    return null;
  }

  /** Asks about each payment that has been pending for long. A payment without an answer holds up no other. */
  async #askAboutPending(history: ProviderHistory): Promise<void> {
    if (!history.getStatus) return;
    const { env, database } = this.runtime;
    const { provider } = this.assignment;
    const statement = "select kind, ref from inbox.to_ask_about($1, $2::int)";
    for (const payment of await database.query<PendingPayment>(statement, [provider, MAX_INQUIRIES])) {
      const message = await paymentStatusAt(provider, history, payment, env, this.signal);
      await database.query("select inbox.asked_about($1, $2)", [provider, payment.ref]);
      if (!message) continue;
      this.#lookedAt++;
      await this.#receive([message], "objects");
    }
  }

  async #receive(messages: ProviderMessage[], listKind: ProviderHistory["listKind"]): Promise<void> {
    const target = { database: this.runtime.database, inbox: this.#inbox };
    const { missed, healed } = await receiveMissing(this.assignment.provider, messages, listKind, target).catch(
      (error) => {
        if (!(error instanceof NotStored)) throw error;
        if (this.#notStored.length < MAX_REASONS) this.#notStored.push(error.message);
        return error.received;
      },
    );
    this.#missed += missed;
    this.#healed += healed;
  }

  async record(complete: boolean, remark: string | null): Promise<void> {
    const { reconciliation_id } = this.assignment;
    await this.runtime.database.query(
      "select inbox.note_reconciliation($1::uuid, $2::int, $3::int, $4::int, $5::boolean, $6)",
      [...[reconciliation_id, this.#lookedAt, this.#missed, this.#healed, complete], remark],
    );
  }

  summary(): string {
    return `looked at ${this.#lookedAt}, missed ${this.#missed}, healed ${this.#healed}`;
  }
}
