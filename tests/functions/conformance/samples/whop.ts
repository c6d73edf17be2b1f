import { whopEvent, whopHeaders, whopTypes } from "../../../../simulator/providers/whop.ts";
import { fixtures, made, type WebhookSample } from "../sample.ts";

export const webhook: WebhookSample = {
  secretName: "WHOP_WEBHOOK_SECRET",
  secrets: ["ws_00000000000000000000000000000001", "ws_00000000000000000000000000000002"],
  trust: "signed",
  coversBody: true,
  bodies: { ...fixtures("whop", /^(api\.|signature-vectors)/), ...made(whopTypes, whopEvent) },
  headers: whopHeaders,
};
