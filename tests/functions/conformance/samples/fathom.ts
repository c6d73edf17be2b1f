import { fathomEvent, fathomHeaders, fathomTypes } from "../../../../simulator/providers/fathom.ts";
import { fixtures, made, type WebhookSample } from "../sample.ts";

export const webhook: WebhookSample = {
  secretName: "FATHOM_WEBHOOK_SECRET",
  secrets: ["whsec_RVhBTVBMRWZhdGhvbVNlY3JldE5vdFJlYWwwMDE=", "whsec_RVhBTVBMRXJvbGxlZFNlY3JldE5vdFJlYWwwMDI="],
  trust: "signed",
  coversBody: true,
  bodies: {
    ...fixtures("fathom", /^(api-|signature-vectors|webhook-request)/),
    ...made(fathomTypes, fathomEvent),
  },
  headers: fathomHeaders,
};
