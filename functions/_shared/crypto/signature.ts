/** The building blocks of signature schemes, on Web Crypto alone: secrets, digests, comparison, encodings, age. */

import { concat } from "../http/streams.ts";
import type { Environment, Verdict } from "../providers/webhook_provider.ts";

export type Bytes = Uint8Array<ArrayBuffer>;

/** The secrets that are valid now, from the variable `name`: one, or several separated by spaces during a rotation. */
export function secretsFrom(env: Environment, name: string): string[] {
  return (env(name) ?? "").split(/\s+/).filter((secret) => secret !== "");
}

/** Rejects a request. @param code A stable code. @param detail What is wrong and what to do next. */
export function refuse(code: string, detail: string): Verdict & { authentic: false } {
  return { authentic: false, refusal: { code, detail } };
}

/**
 * Rejects a request that cannot be verified now, through no fault of the sender: answered 503, so that it is retried.
 */
export function refuseForNow(code: string, detail: string): Verdict & { authentic: false } {
  return { authentic: false, refusal: { code, detail, retryLater: true } };
}

/** Rejects for now, since the secret `name` is not set. @param where What to set it to and where to find it. */
export function secretNotConfigured(name: string, where: string): Verdict & { authentic: false } {
  return refuseForNow("secret_not_configured", `${name} is not set. Set it to ${where}.`);
}

/** How far the time of a signature may be in the past or in the future. */
const TOLERANCE_SECONDS = 300;

/**
 * Rejects a signature by its age: an old one may be a replay, and one from the future would be valid for too long. Call
 * it only for a verified signature, since the time of any other is not trustworthy.
 * @param signedAt The time of the signature, in unix seconds.
 * @param now The current time, in ms since the epoch.
 * @returns null when the age is within 300 s.
 */
export function clockRefusal(signedAt: number, now: number): (Verdict & { authentic: false }) | null {
  const age = Math.floor(now / 1000) - signedAt;
  const advice =
    `at most ${TOLERANCE_SECONDS} s is allowed. ` +
    "Check the sender's clock, or resend the event from the provider's dashboard, which signs it again.";
  if (age > TOLERANCE_SECONDS) return refuse("timestamp_too_old", `The signature is ${age} s old; ${advice}`);
  if (age < -TOLERANCE_SECONDS)
    return refuse("timestamp_in_future", `The signature is dated ${-age} s in the future; ${advice}`);
  return null;
}

const MAX_CACHED_KEYS = 100;
const importedKeys = new Map<string, Promise<CryptoKey>>();

/** Caches imported keys: importing a key costs more than using it, and few keys are in use. */
function hmacKey(key: string | Bytes): Promise<CryptoKey> {
  const name = typeof key === "string" ? `text ${key}` : `hex ${toHex(key)}`;
  let imported = importedKeys.get(name);
  if (!imported) {
    if (importedKeys.size >= MAX_CACHED_KEYS) importedKeys.clear();
    imported = crypto.subtle.importKey("raw", utf8(key), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    importedKeys.set(name, imported);
  }
  return imported;
}

/** HMAC-SHA256 over the concatenated `parts`. Text, also as the key, is encoded as UTF-8. */
export async function hmacSha256(key: string | Bytes, ...parts: (string | Bytes)[]): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.sign("HMAC", await hmacKey(key), concat(parts.map(utf8))));
}

/** Compares two digests in constant time, so that the time does not reveal where they differ. */
export function constantTimeEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= a[i]! ^ b[i]!;
  return difference === 0;
}

/**
 * Whether `given` is one of `secrets`. Compares digests, which have one length, so that the time reveals no secret's
 * length.
 */
export async function isSecret(given: string, secrets: readonly string[]): Promise<boolean> {
  const [givenDigest, ...digests] = await Promise.all([given, ...secrets].map(sha256));
  return digests.some((digest) => constantTimeEqual(digest, givenDigest!));
}

/** The SHA-256 digest of the UTF-8 bytes of `text`. */
export async function sha256(text: string): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", utf8(text)));
}

/** Text as UTF-8 bytes; bytes unchanged. */
export function utf8(text: string | Bytes): Bytes {
  return typeof text === "string" ? new TextEncoder().encode(text) : text;
}

/** Lower-case hex. */
export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The bytes of lower-case hex, the form of signatures; null for any other text. */
export function fromHex(hex: string): Bytes | null {
  if (!/^([0-9a-f]{2})*$/.test(hex)) return null;
  return Uint8Array.from({ length: hex.length / 2 }, (_, i) => Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16));
}

/** Standard base64 with padding. */
export function toBase64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

/** The bytes of standard base64, with or without padding; null for any other text, also for stray bits at its end. */
export function fromBase64(base64: string): Bytes | null {
  const withoutPadding = (text: string) => text.replace(/={1,2}$/, "");
  try {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    return withoutPadding(toBase64(bytes)) === withoutPadding(base64) ? bytes : null;
  } catch {
    return null;
  }
}
