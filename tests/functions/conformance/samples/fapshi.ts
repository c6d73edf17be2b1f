import { fapshiEvent, fapshiHeaders, fapshiTypes } from "../../../../simulator/providers/fapshi.ts";
import { CHECKOUT, checkoutOf } from "../../providers/gateways.ts";
import { fixtures, type GatewaySample, made, type WebhookSample } from "../sample.ts";

export const webhook: WebhookSample = {
  secretName: "FAPSHI_WEBHOOK_SECRET",
  secrets: ["EXAMPLEfapshiSecretNotReal01", "EXAMPLErolledSecretNotReal02"],
  trust: "unconfirmed",
  coversBody: false,
  bodies: { ...fixtures("fapshi", /^(error|initiate-pay|webhook-request)\./), ...made(fapshiTypes, fapshiEvent) },
  headers: fapshiHeaders,
};

export const gateway: GatewaySample = {
  payable: { ...CHECKOUT, total_minor: 30_000, currency: "XAF" },
  unpayable: checkoutOf(5000, "EUR"),
  idempotent: false,
};
