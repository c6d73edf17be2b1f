import { stripeEvent, stripeHeaders, stripeTypes } from "../../../../simulator/providers/stripe.ts";
import { CHECKOUT, checkoutOf } from "../../providers/gateways.ts";
import { fixtures, type GatewaySample, made, type WebhookSample } from "../sample.ts";

export const webhook: WebhookSample = {
  secretName: "STRIPE_WEBHOOK_SECRET",
  secrets: ["whsec_EXAMPLEstripeSecretNotReal0123456789", "whsec_EXAMPLErolledSecretNotReal9876543210"],
  trust: "signed",
  coversBody: true,
  bodies: { ...fixtures("stripe", /^signature-vectors/), ...made(stripeTypes, stripeEvent) },
  headers: stripeHeaders,
};

export const gateway: GatewaySample = {
  payable: CHECKOUT,
  unpayable: checkoutOf(150, "ISK"), // whole crowns only
  idempotent: true,
};
