/**
 * A receiver that checks Stripe's signature (`stripe.webhooks.constructEvent`): Stripe's own events, byte for byte, signed in Stripe's
 * scheme. Each attempt is signed anew, since the check refuses a signature older than 300 s. A secret is any text.
 */

import { hmacSha256, toHex, utf8 } from "../../crypto/signature.ts";
import { type HttpAdapter, outcomeByStatus } from "../adapter.ts";

export const stripeWebhook: HttpAdapter = {
  async headers(delivery, secrets, _env, now) {
    const timestamp = String(Math.floor(now / 1000));
    const body = utf8(delivery.body);
    const signatures = await Promise.all(
      secrets.map(async (secret) => `v1=${toHex(await hmacSha256(secret, `${timestamp}.`, body))}`),
    );
    return {
      "content-type": "application/json; charset=utf-8",
      "stripe-signature": [`t=${timestamp}`, ...signatures].join(","),
    };
  },
  outcomeOf: outcomeByStatus,
};
