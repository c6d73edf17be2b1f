/** Asks again about events that could not be confirmed when they came. */

import { log } from "../platform/log.ts";
import type { Runtime } from "../platform/runtime.ts";
import { PROVIDERS } from "../providers/registry.ts";
import { openInbox } from "./inbox.ts";
import { parseBody, readConfirmed } from "./read_event.ts";

interface Unconfirmed {
  id: string;
  provider: string;
  provider_event_id: string;
  body: string;
  headers: Record<string, string>;
}

/** Returns how many were confirmed this time. */
export async function retryUnconfirmed(runtime: Runtime): Promise<number> {
  const { database, env, ending } = runtime;
  const inbox = openInbox(database);
  let confirmed = 0;
  for (const event of await database.query<Unconfirmed>(
    "select id, provider, provider_event_id, body, headers from inbox.unconfirmed_due()",
    [],
  )) {
    const why = await confirm(event).catch((error) => (error as Error).message);
    if (why === null) confirmed++;
    else {
      log("warn", "an event is still not confirmed", { event: event.id, provider: event.provider, why });
      await database.query("select inbox.still_unconfirmed($1::uuid, $2)", [event.id, why]);
    }
  }
  return confirmed;

  /** Null when it was confirmed, else why not. */
  async function confirm({ provider: name, provider_event_id, body, headers }: Unconfirmed): Promise<string | null> {
    const provider = await PROVIDERS[name]?.webhook();
    const event = provider && parseBody(provider, body);
    if (!provider?.confirm || !event) return "Nobody can be asked about it.";
    const answer = await provider.confirm(event.value, env, AbortSignal.any([AbortSignal.timeout(10_000), ending]));
    if (answer.outcome === "unanswered") return answer.why;
    if (answer.outcome === "unknown") return answer.refusal.detail;
    // The truth is received whatever it is; only the same event replaces this one.
    const truth = await readConfirmed({ provider, headers: new Headers(headers), body }, answer);
    await inbox.receive(truth);
    if (truth.provider_event_id === provider_event_id) return null;
    return `The provider says otherwise today: ${truth.provider_event_id}.`;
  }
}
