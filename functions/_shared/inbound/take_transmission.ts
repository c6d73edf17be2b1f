/** For providers that sign too little of the body (PayPal: a CRC-32 of it): one signature stands for one body. */
import { sha256, toHex } from "../crypto/signature.ts";
import type { Database } from "../platform/database.ts";
import { log } from "../platform/log.ts";
import type { WebhookProvider } from "../providers/webhook_provider.ts";

/** Whether this body may stand under its signature, and no other from now on; null when that is not known. */
export async function takeTransmissionOf(
  provider: WebhookProvider,
  headers: Headers,
  body: string,
  database: Database,
): Promise<boolean | null> {
  const ref = provider.transmissionOf?.(headers) ?? null;
  if (ref === null) return true;
  try {
    const statement = "select inbox.take_transmission($1, $2, $3) as taken";
    const digest = toHex(await sha256(body));
    const [answer] = await database.query<{ taken: boolean }>(statement, [provider.name, ref, digest]);
    return answer!.taken;
  } catch (error) {
    log("error", "a transmission could not be looked up", { provider: provider.name, error });
    return null;
  }
}
