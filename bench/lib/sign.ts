/** Signs as Standard Webhooks asks, in Node's quickest way: what the peers send is signed like what we send. */
import { createHmac } from "node:crypto";

/** A Standard Webhooks secret: of every sender in the benchmarks, so that one receiver can check them all. */
export const SECRET = "whsec_YmVuY2htYXJrLXNpZ25pbmctc2VjcmV0LTAwMQ==";

const KEY = Buffer.from(SECRET.slice("whsec_".length), "base64");

export function signedHeaders(id: string, body: string): Record<string, string> {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const digest = createHmac("sha256", KEY).update(`${id}.${timestamp}.${body}`).digest("base64");
  return {
    "content-type": "application/json",
    "webhook-id": id,
    "webhook-timestamp": timestamp,
    "webhook-signature": `v1,${digest}`,
  };
}
