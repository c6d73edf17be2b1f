import { openPaypal } from "../../../../functions/_shared/providers/paypal/api.ts";
import { CERTIFICATE_PATH, captureIdOf, DEVELOPMENT_ROOT } from "../../../../local/providers/paypal.ts";
import { paypalEvent, paypalHeaders, paypalTypes } from "../../../../simulator/providers/paypal.ts";
import { CHECKOUT, checkoutOf } from "../../providers/gateways.ts";
import { fixtures, type GatewaySample, made, type WebhookSample } from "../sample.ts";

export const webhook: WebhookSample = {
  // The id of the webhook is part of what is signed.
  secretName: "PAYPAL_WEBHOOK_ID",
  secrets: ["1JE4291016473214C", "8PT597110X687430L"],
  env: { PAYPAL_TRUSTED_ROOTS: DEVELOPMENT_ROOT },
  trust: "signed",
  coversBody: true,
  bodies: { ...fixtures("paypal", /^[a-z]/), ...made(paypalTypes, paypalEvent) },
  headers: (body, webhookId, now, base) => paypalHeaders(body, webhookId, now, base + CERTIFICATE_PATH),
};

export const gateway: GatewaySample = {
  payable: CHECKOUT,
  unpayable: checkoutOf(5000, "XAF"),
  idempotent: true,
  async capture({ ref }, env) {
    await openPaypal(env).captureOrder(ref, ref);
    return captureIdOf(ref);
  },
};
