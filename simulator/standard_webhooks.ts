/** Signs as Standard Webhooks 1.0 says, for the makers of test events. */
import { createHmac } from "node:crypto";

/** The three headers. How a secret becomes the `key` is the provider's own; text stands for its UTF-8 bytes. */
export function standardHeaders(
  id: string,
  body: string | Uint8Array,
  key: Buffer | string,
  now = Date.now(),
): Record<string, string> {
  const time = String(Math.floor(now / 1000));
  const signature = createHmac("sha256", key).update(`${id}.${time}.`).update(body).digest("base64");
  return { "webhook-id": id, "webhook-timestamp": time, "webhook-signature": `v1,${signature}` };
}
