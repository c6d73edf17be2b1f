/**
 * Checks incoming webhooks that are signed by Standard Webhooks 1.0 (github.com/standard-webhooks/standard-webhooks):
 * HMAC-SHA256 over `id.timestamp.body`, in a list that has one signature for each live secret. How a secret becomes a key
 * is the provider's own: some do not do it as the standard says.
 */

import { type Bytes, constantTimeEqual, fromBase64, hmacSha256, secretsFrom } from "./signature.ts";
import {
  clockRefusal,
  type RefusedVerdict,
  refuse,
  refuseForNow,
  secretNotConfigured,
  type Verdict,
  type WebhookRequest,
} from "./verdict.ts";

/** What the three headers' names begin with: the standard's own word, or that of Svix, the service it came from. */
export type Prefix = "webhook" | "svix";

export interface StandardWebhookOptions {
  /** The variable that holds the secrets, for the refusal. */
  secretName: string;
  /** The first of these under which there is a signature counts. Default: only the standard's own. */
  prefixes?: readonly Prefix[];
}

/** Is this body signed with one of `keys`, and not too long ago? Never throws for anything a caller may send. */
export async function verifyStandardWebhook(
  { headers, body, now }: Pick<WebhookRequest, "headers" | "body" | "now">,
  keys: readonly Bytes[],
  { secretName, prefixes = ["webhook"] }: StandardWebhookOptions,
): Promise<Verdict> {
  const prefix = prefixes.find((one) => headers.has(`${one}-signature`));
  if (!prefix) {
    const names = prefixes.map((one) => `${one}-signature`).join(" or ");
    return refuse("signature_missing", `There is no ${names} header. Every webhook call of this provider carries one.`);
  }
  const id = headers.get(`${prefix}-id`);
  const time = headers.get(`${prefix}-timestamp`) ?? "";
  const digests = parseList(headers.get(`${prefix}-signature`)!);
  if (!id || !/^\d{1,12}$/.test(time) || digests.length === 0) {
    return refuse(
      "signature_malformed",
      `The headers are not ${prefix}-id, ${prefix}-timestamp: <unix seconds> and ${prefix}-signature: v1,<base64 of 32 bytes>. Were they changed on the way?`,
    );
  }
  const ours = await Promise.all(keys.map((key) => hmacSha256(key, id, ".", time, ".", body)));
  if (!ours.some((digest) => digests.some((theirs) => constantTimeEqual(digest, theirs)))) {
    return signatureWrong(secretName, keys.length);
  }
  return clockRefusal(Number(time), now) ?? { authentic: true, trust: "signed" };
}

/** `count`: how many secrets were tried. */
export function signatureWrong(secretName: string, count: number): RefusedVerdict {
  return refuse(
    "signature_wrong",
    `No secret in ${secretName} (there: ${count}) made this signature for this body. Check that it is this webhook's own, ` +
      "and that nothing on the way re-wrote the body.",
  );
}

/** The same, with secrets as the standard has them: `whsec_` (or not) and base64. `where`: where to find one. */
export async function verifyByStandardSecrets(
  { headers, body, now, env }: WebhookRequest,
  { where, ...options }: StandardWebhookOptions & { where: string },
): Promise<Verdict> {
  const secrets = secretsFrom(env, options.secretName);
  if (secrets.length === 0) return secretNotConfigured(options.secretName, where);
  const keys = secrets
    .flatMap((secret) => fromBase64(secret.replace(/^whsec_/, "")) ?? [])
    .filter((key) => key.length > 0);
  if (keys.length < secrets.length) {
    return refuseForNow(
      "secret_not_usable",
      `${options.secretName} holds something that is not base64 (after whsec_). Set it to ${where}.`,
    );
  }
  return await verifyStandardWebhook({ headers, body, now }, keys, options);
}

/** `v1,<base64>[ v1,<base64>…]`; other versions (v1a is asymmetric) do not count. */
function parseList(header: string): Bytes[] {
  return header.split(" ").flatMap((item) => {
    const digest = item.startsWith("v1,") ? fromBase64(item.slice("v1,".length)) : null;
    return digest?.length === 32 ? [digest] : [];
  });
}
