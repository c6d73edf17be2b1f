/**
 * The asymmetric scheme of Standard Webhooks 1.0.0 (`v1a`, Ed25519), on Web Crypto: we sign with a `whsk_` secret, and a receiver
 * needs no secret to check it, only the `whpk_` public key.
 */
import { type Bytes, constantTimeEqual, fromBase64, toBase64, utf8 } from "./signature.ts";

/** What stands before a seed to make it a PKCS #8 document (RFC 8410). */
const PKCS8 = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];

interface Pair {
  privateKey: CryptoKey;
  publicKey: Bytes;
}

const pairs = new Map<string, Promise<Pair>>();

/** The signature of `text` in base64, by a `whsk_` secret. @throws Error when it is not one. */
export async function signEd25519(secret: string, text: string | Bytes): Promise<string> {
  const { privateKey } = await pairOf(secret);
  return toBase64(new Uint8Array(await crypto.subtle.sign("Ed25519", privateKey, utf8(text))));
}

/** The public key to a `whsk_` secret, as the receiver needs it: `whpk_` and base64. @throws Error when it is not one. */
export async function publicKeyOf(secret: string): Promise<string> {
  return `whpk_${toBase64((await pairOf(secret)).publicKey)}`;
}

/** Importing costs more than signing, and the same few secrets come again and again. */
function pairOf(secret: string): Promise<Pair> {
  let pair = pairs.get(secret);
  if (!pair) {
    if (pairs.size >= 100) pairs.clear();
    pair = importPair(secret);
    pairs.set(secret, pair);
  }
  return pair;
}

async function importPair(secret: string): Promise<Pair> {
  const bytes = secret.startsWith("whsk_") ? fromBase64(secret.slice("whsk_".length)) : null;
  if (bytes?.length !== 32 && bytes?.length !== 64)
    throw new Error(
      "It is not whsk_ and the base64 of an Ed25519 key: its seed (32 bytes), or seed and public key (64).",
    );
  const document = Uint8Array.from([...PKCS8, ...bytes.subarray(0, 32)]);
  const privateKey = await crypto.subtle.importKey("pkcs8", document, "Ed25519", true, ["sign"]);
  const { x } = await crypto.subtle.exportKey("jwk", privateKey);
  const publicKey = fromBase64(x!.replaceAll("-", "+").replaceAll("_", "/"))!;
  // Otherwise the receiver would check with another key than we sign with.
  if (bytes.length === 64 && !constantTimeEqual(bytes.subarray(32), publicKey))
    throw new Error("Its second half is not the public key of its first. Was it copied whole?");
  return { privateKey, publicKey };
}
