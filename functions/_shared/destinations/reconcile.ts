/**
 * The reconciler: closes the gap that no webhook can close by itself, the one that never arrives. Asks a provider what
 * happened, and receives what is missing through the same door, as confirmed. Told in inbox.reconciliations.
 */
import { ApiError } from "../api.ts";
import type { Done, Worker } from "../destination.ts";
import { type Asked, HISTORIES, type History, type Told } from "../history.ts";
import { type Inbox, openInbox, type ReceivedEvent } from "../inbox.ts";
import { log } from "../log.ts";
import { PROVIDERS } from "../providers.ts";
import { parse, readEvent } from "../receiver.ts";
import type { Runtime } from "../runtime.ts";

/** What inbox.reconcile asks for. */
interface Order {
  reconciliation_id: string;
  provider: string;
  since: string;
  until: string;
}

/** Payments asked about one by one in a run. */
const ASK = 25;

export const reconcile: Worker = {
  async work(delivery, runtime, signal) {
    const order: Order = JSON.parse(delivery.body).data;
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

function failed(error: unknown, why: string): Done {
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
    const history = await HISTORIES[provider]?.();
    if (!history) return `There is no history of ${provider}.`;
    const unset = history.needs.filter((name) => !this.runtime.env(name));
    if (unset.length > 0) return `Not connected: ${unset.join(", ")} not set.`;

    await this.#askAbout(history);
    for await (const page of history.happened(this.runtime.env, new Date(since), new Date(until), this.signal)) {
      this.#lookedAt += page.length;
      await this.#heal(page, history.lists);
    }
    return null;
  }

  /** Payments that have been pending for long: asked about directly. One that is not answered about spoils no other. */
  async #askAbout(history: History): Promise<void> {
    if (!history.standing) return;
    const { env, database } = this.runtime;
    const { provider } = this.order;
    for (const asked of await database.query<Asked>("select kind, ref from inbox.to_ask_about($1, $2::int)", [provider, ASK])) {
      const told = await history.standing(env, asked, this.signal).catch((error) => {
        if (this.signal.aborted) throw error;
        log("warn", "a pending payment could not be asked about", { provider, ...asked, error });
        return undefined;
      });
      await database.query("select inbox.asked_about($1, $2)", [provider, asked.ref]);
      if (told === null) log("warn", "the provider does not know a pending payment", { provider, ...asked });
      if (!told) continue;
      this.#lookedAt++;
      await this.#heal([told], "objects");
    }
  }

  async #heal(page: Told[], lists: History["lists"]): Promise<void> {
    const provider = await PROVIDERS[this.order.provider]!();
    const events: ReceivedEvent[] = [];
    for (const { text, headers } of page) {
      events.push(
        await readEvent({ provider, headers: new Headers(headers), body: text, trust: "confirmed", event: parse(provider, text)?.value }),
      );
    }
    const missing = await this.runtime.database.query<{ position: number }>(
      "select position from inbox.missing($1::text::jsonb, $2)",
      // What decides is ids and facts; bodies stay here.
      [events.map(({ body: _, ...event }) => event), lists],
    );
    this.#missed += missing.length;
    const receipts = await Promise.all(missing.map(({ position }) => this.#inbox.receive(events[position]!)));
    this.#healed += receipts.filter(({ status }) => status !== "failed" && status !== "dead").length;
  }

  async note(complete: boolean, remark: string | null): Promise<void> {
    const { reconciliation_id } = this.order;
    await this.runtime.database.query("select inbox.note_reconciliation($1::uuid, $2::int, $3::int, $4::int, $5::boolean, $6)", [
      ...[reconciliation_id, this.#lookedAt, this.#missed, this.#healed, complete],
      remark,
    ]);
  }

  told(skipped: string | null): string {
    return skipped ?? `looked at ${this.#lookedAt}, missed ${this.#missed}, healed ${this.#healed}`;
  }
}
