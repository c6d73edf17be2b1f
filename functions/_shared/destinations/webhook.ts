/** Any receiver of Standard Webhooks 1.0.0: `webhook-id`, `webhook-timestamp`, `webhook-signature`. */
import { judgeByStatus, type Poster, settingName, Unsent } from "../destination.ts";
import { fromBase64, hmacSha256, secretsFrom, toBase64, utf8 } from "../signature.ts";

export const webhook: Poster = {
  async headers(delivery, env, now) {
    const id = `msg_${delivery.message_id}`;
    const timestamp = String(Math.floor(now / 1000));
    const body = utf8(delivery.body);
    const name = settingName(delivery.destination, "SIGNING_SECRET");
    const secrets = secretsFrom(env, name);
    if (secrets.length === 0)
      throw new Unsent(`${name} is not set. Set it as a function secret (whsec_ and base64), the same at the receiver.`);
    const signatures = await Promise.all(
      secrets.map(async (secret) => `v1,${toBase64(await hmacSha256(keyOf(secret, name), `${id}.${timestamp}.`, body))}`),
    );
    return {
      "content-type": "application/json",
      "webhook-id": id,
      "webhook-timestamp": timestamp,
      "webhook-signature": signatures.join(" "),
    };
  },
  judge: judgeByStatus,
};

function keyOf(secret: string, name: string): Uint8Array<ArrayBuffer> {
  const key = fromBase64(secret.replace(/^whsec_/, ""));
  if (!key || key.length < 16)
    throw new Unsent(`${name} is not a Standard Webhooks secret: whsec_ and the base64 of 24 to 64 random bytes.`);
  return key;
}
