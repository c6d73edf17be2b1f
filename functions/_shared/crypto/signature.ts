/** The building blocks of signature schemes, on Web Crypto alone: secrets, digests, comparison, encodings. */

import { concat } from "../http/streams.ts";
import type { Environment } from "../platform/environment.ts";

export type Bytes = Uint8Array<ArrayBuffer>;

/** The secrets that are valid now, from the variable `name`: one, or several separated by spaces during a rotation. */
export function secretsFrom(env: Environment, name: string): string[] {
  return (env(name) ?? "").split(/\s+/).filter((secret) => secret !== "");
}

const MAX_CACHED_KEYS = 100;
const importedKeys = new Map<string, Promise<CryptoKey>>();

/** Caches imported keys: importing a key costs more than using it, and few keys are in use. */
function hmacKey(key: string | Bytes): Promise<CryptoKey> {
  const name = typeof key === "string" ? `text ${key}` : `bytes ${binaryText(key)}`;
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
  return btoa(binaryText(bytes));
}

/** One character for each byte. A loop: several times as fast as a callback for each, and it takes any length. */
function binaryText(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length; i++) text += String.fromCharCode(bytes[i]!);
  return text;
}

/** The bytes of standard base64, with or without padding; null for any other text, also for stray bits at its end. */
export function fromBase64(base64: string): Bytes | null {
  const withoutPadding = (text: string) => text.replace(/={1,2}$/, "");
  try {
    const text = atob(base64);
    const bytes = new Uint8Array(text.length);
    for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
    return withoutPadding(toBase64(bytes)) === withoutPadding(base64) ? bytes : null;
  } catch {
    return null;
  }
}
