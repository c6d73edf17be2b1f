/** Reads again the events that could not be read: the code that failed may have been corrected since. */
import { log } from "../platform/log.ts";
import type { FunctionRow, Narrow } from "../platform/rows.ts";
import type { Runtime } from "../platform/runtime.ts";
import { PROVIDERS } from "../providers/registry.ts";
import { factsOf, parseBody, reasonOf } from "./read_event.ts";

/** `text` is what is read: the provider's confirmation or, without one, the body. */
type UnreadableEvent = Narrow<FunctionRow<"inbox", "unreadable_due">, { headers: Record<string, string> }>;

/** Returns how many events could be read. */
export async function retryUnreadable({ database }: Runtime): Promise<number> {
  let read = 0;
  for (const event of await database.query<UnreadableEvent>(
    "select id, provider, text, headers from inbox.unreadable_due()",
    [],
  )) {
    try {
      const provider = await PROVIDERS[event.provider]?.webhook();
      if (!provider) throw new Error(`There is no provider ${event.provider} in providers/registry.ts.`);
      const value = parseBody(provider, event.text)?.value;
      const facts = await factsOf(provider, value, provider.read(value, new Headers(event.headers)));
      await database.query("select inbox.retry($1::uuid, $2::text::jsonb)", [event.id, facts]);
      read++;
    } catch (error) {
      log("warn", "an event still cannot be read", { event: event.id, provider: event.provider, error });
      await database.query("select inbox.still_unreadable($1::uuid, $2)", [event.id, reasonOf(error)]);
    }
  }
  return read;
}
