import { railwayEvent, railwayHeaders, railwayTypes } from "../../../../simulator/providers/railway.ts";
import { fixtures, made, type WebhookSample } from "../sample.ts";

export const webhook: WebhookSample = {
  secretName: "RAILWAY_WEBHOOK_SECRET",
  secrets: ["whsec_RVhBTVBMRXJhaWx3YXlTZWNyZXROb3RSZWFsMDE=", "whsec_RVhBTVBMRXJvbGxlZFNlY3JldE5vdFJlYWwwMDI="],
  trust: "signed",
  coversBody: true,
  bodies: { ...fixtures("railway", /^resigned/), ...made(railwayTypes, railwayEvent) },
  headers: (body, secret, now) => railwayHeaders(body, secret, now),
};
