/** What signing schemes share, on Web Crypto alone: secrets, digests and their comparison, encodings. */

import { concat } from "../http/streams.ts";
import type { Environment } from "../platform/environment.ts";

export type Bytes = Uint8Array<ArrayBuffer>;

/** The secrets of a scheme that are live now: one, or during a rotation several, separated by spaces. */
export function secretsFrom(env: Environment, name: string): string[] {
  return (env(name) ?? "").split(/\s+/).filter((secret) => secret !== "");
}

const keys = new Map<string, Promise<CryptoKey>>();

/** Importing a key costs more than using it, and the same few secrets come with every request. */
function hmacKey(key: string | Bytes): Promise<CryptoKey> {
  const name = typeof key === "string" ? `text ${key}` : `hex ${toHex(key)}`;
  let imported = keys.get(name);
  if (!imported) {
    if (keys.size >= 100) keys.clear();
    imported = crypto.subtle.importKey("raw", utf8(key), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    keys.set(name, imported);
  }
  return imported;
}

/** HMAC-SHA256 over `parts`, one after the other. Text (the key's too) stands for its UTF-8 bytes. */
export async function hmacSha256(key: string | Bytes, ...parts: (string | Bytes)[]): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.sign("HMAC", await hmacKey(key), concat(parts.map(utf8))));
}

/** Compares two digests in a time that does not tell where they differ. */
export function constantTimeEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= a[i]! ^ b[i]!;
  return difference === 0;
}

/** Is this one of the secrets? Digests are of one length, so that the time to compare them does not tell how long a secret is. */
export async function isSecret(given: string, secrets: readonly string[]): Promise<boolean> {
  const [theirs, ...ours] = await Promise.all([given, ...secrets].map(sha256));
  return ours.some((one) => constantTimeEqual(one, theirs!));
}

export async function sha256(text: string): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", utf8(text)));
}

export function utf8(text: string | Bytes): Bytes {
  return typeof text === "string" ? new TextEncoder().encode(text) : text;
}

export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Lower-case hex only, as signatures are written; null for anything else. */
export function fromHex(hex: string): Bytes | null {
  if (!/^([0-9a-f]{2})*$/.test(hex)) return null;
  return Uint8Array.from({ length: hex.length / 2 }, (_, i) => Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16));
}

export function toBase64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

/** Standard base64, with or without its padding; null for anything else, stray bits at the end included. */
export function fromBase64(base64: string): Bytes | null {
  const bare = (text: string) => text.replace(/={1,2}$/, "");
  try {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    return bare(toBase64(bytes)) === bare(base64) ? bytes : null;
  } catch {
    return null;
  }
}
