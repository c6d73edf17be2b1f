/**
 * Verifies incoming webhooks that are signed by Standard Webhooks 1.0 (github.com/standard-webhooks/standard-webhooks):
 * HMAC-SHA256 over `id.timestamp.body`, in a list with one signature per valid secret. How a secret becomes a key is up
 * to the provider: not all follow the standard there.
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

/** The prefix of the three header names: that of the standard, or that of Svix, the service the standard comes from. */
export type Prefix = "webhook" | "svix";

export interface StandardWebhookOptions {
  /** The variable that holds the secrets, named in a refusal. */
  secretName: string;
  /** The prefixes to accept; the first with a signature header is used. Default: only the standard's own. */
  prefixes?: readonly Prefix[];
}

/**
 * Verifies that the body is signed with one of `keys` and that the signature is at most 300 s old. Never throws,
 * whatever the request contains.
 */
export async function verifyStandardWebhook(
  { headers, body, now }: Pick<WebhookRequest, "headers" | "body" | "now">,
  keys: readonly Bytes[],
  { secretName, prefixes = ["webhook"] }: StandardWebhookOptions,
): Promise<Verdict> {
  const prefix = prefixes.find((candidate) => headers.has(`${candidate}-signature`));
  if (!prefix) {
    const names = prefixes.map((candidate) => `${candidate}-signature`).join(" or ");
    return refuse("signature_missing", `There is no ${names} header. Every webhook of this provider has one.`);
  }
  const id = headers.get(`${prefix}-id`);
  const time = headers.get(`${prefix}-timestamp`) ?? "";
  const received = parseList(headers.get(`${prefix}-signature`)!);
  if (!id || !/^\d{1,12}$/.test(time) || received.length === 0) {
    return refuse(
      "signature_malformed",
      `The headers are not ${prefix}-id, ${prefix}-timestamp: <unix seconds> and ${prefix}-signature: ` +
        "v1,<base64 of 32 bytes>. Check whether a proxy changes them.",
    );
  }
  const expected = await Promise.all(keys.map((key) => hmacSha256(key, id, ".", time, ".", body)));
  if (!expected.some((digest) => received.some((candidate) => constantTimeEqual(digest, candidate)))) {
    return signatureWrong(secretName, keys.length);
  }
  return clockRefusal(Number(time), now) ?? { authentic: true, trust: "signed" };
}

/** @param count The number of secrets that were tried. */
export function signatureWrong(secretName: string, count: number): RefusedVerdict {
  return refuse(
    "signature_wrong",
    `None of the secrets in ${secretName} (${count} set) made this signature for this body. ` +
      "Check that it holds the secret of this webhook, and that no proxy changes the body.",
  );
}

/**
 * As `verifyStandardWebhook`, with secrets in the form of the standard: base64, with or without `whsec_`.
 * @param where What to set the variable to and where to find it, for a refusal.
 */
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
      `${options.secretName} holds a secret that is not base64 (after whsec_). Set it to ${where}.`,
    );
  }
  return await verifyStandardWebhook({ headers, body, now }, keys, options);
}

/** Parses `v1,<base64>[ v1,<base64>…]`; skips other versions (v1a is asymmetric). */
function parseList(header: string): Bytes[] {
  return header.split(" ").flatMap((item) => {
    const digest = item.startsWith("v1,") ? fromBase64(item.slice("v1,".length)) : null;
    return digest?.length === 32 ? [digest] : [];
  });
}
