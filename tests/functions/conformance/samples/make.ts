import { makeEvent, makeHeaders, makeTypes } from "../../../../simulator/providers/make.ts";
import { fixtures, made, type WebhookSample } from "../sample.ts";

export const webhook: WebhookSample = {
  secretName: "MAKE_WEBHOOK_SECRET",
  secrets: ["EXAMPLE-make-secret-not-real-0001", "EXAMPLE-make-secret-not-real-0002"],
  trust: "signed",
  coversBody: false,
  bodies: { ...fixtures("make", /^(outgoing|responses)/), ...made(makeTypes, makeEvent) },
  headers: (_body, secret) => makeHeaders(secret),
};
