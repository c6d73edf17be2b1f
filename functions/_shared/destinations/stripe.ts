/**
 * A receiver that checks Stripe's signature (`stripe.webhooks.constructEvent`): Stripe's own events, byte for byte,
 * signed in Stripe's scheme on every attempt, since it refuses a signature older than 300 s.
 */
import { judgeByStatus, type Poster, settingName, Unsent } from "../destination.ts";
import { hmacSha256, secretsFrom, toHex, utf8 } from "../signature.ts";

export const stripe: Poster = {
  async headers(delivery, env, now) {
    const name = settingName(delivery.destination, "SIGNING_SECRET");
    const secrets = secretsFrom(env, name);
    if (secrets.length === 0)
      throw new Unsent(`${name} is not set. Set it as a function secret; the receiver's constructEvent needs the same text.`);
    const timestamp = String(Math.floor(now / 1000));
    const body = utf8(delivery.body);
    const signatures = await Promise.all(secrets.map(async (secret) => `v1=${toHex(await hmacSha256(secret, `${timestamp}.`, body))}`));
    return { "content-type": "application/json; charset=utf-8", "stripe-signature": [`t=${timestamp}`, ...signatures].join(",") };
  },
  judge: judgeByStatus,
};
