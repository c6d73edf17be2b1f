/** Any receiver of Standard Webhooks 1.0.0: `webhook-id`, `webhook-timestamp`, `webhook-signature`. */

import { signEd25519 } from "../../crypto/ed25519.ts";
import { type Bytes, fromBase64, hmacSha256, toBase64, utf8 } from "../../crypto/signature.ts";
import { type HttpAdapter, NotConfigured, outcomeByStatus, settingName } from "../adapter.ts";

export const standardWebhook: HttpAdapter = {
  async headers(delivery, secrets, _env, now) {
    const id = `msg_${delivery.message_id}`;
    const timestamp = String(Math.floor(now / 1000));
    const signed = utf8(`${id}.${timestamp}.${delivery.body}`);
    let signatures: string[];
    try {
      signatures = await Promise.all(secrets.map((secret) => sign(secret, signed)));
    } catch (error) {
      const name = settingName(delivery.destination, "SIGNING_SECRET");
      throw new NotConfigured(
        `A signing secret of ${delivery.destination} (${name}, or in Vault) cannot be used. ${(error as Error).message}`,
      );
    }
    return {
      "content-type": "application/json",
      "webhook-id": id,
      "webhook-timestamp": timestamp,
      "webhook-signature": signatures.join(" "),
    };
  },
  outcomeOf: outcomeByStatus,
};

/** One signature. There is one for each secret: during a rotation the receiver may have either. */
async function sign(secret: string, text: Bytes): Promise<string> {
  if (secret.startsWith("whsk_")) return `v1a,${await signEd25519(secret, text)}`;
  const key = fromBase64(secret.replace(/^whsec_/, ""));
  if (!key || key.length < 16)
    throw new Error("It is not a Standard Webhooks secret: set whsec_ and the base64 of 24 to 64 random bytes.");
  return `v1,${toBase64(await hmacSha256(key, text))}`;
}
