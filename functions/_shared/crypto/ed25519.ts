/**
 * The asymmetric scheme of Standard Webhooks 1.0.0 (`v1a`, Ed25519), on Web Crypto: we sign with a `whsk_` secret key,
 * and a receiver verifies the signature with the `whpk_` public key.
 */
import { type Bytes, constantTimeEqual, fromBase64, toBase64, utf8 } from "./signature.ts";

/** The bytes that precede the seed in a PKCS #8 document (RFC 8410). */
const PKCS8_PREFIX = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];

interface KeyPair {
  privateKey: CryptoKey;
  publicKey: Bytes;
}

const MAX_CACHED_KEYS = 100;
const keyPairs = new Map<string, Promise<KeyPair>>();

/**
 * Signs `text` with a `whsk_` secret key. Returns the signature in base64.
 * @throws Error when `secret` is not such a key.
 */
export async function signEd25519(secret: string, text: string | Bytes): Promise<string> {
  const { privateKey } = await keyPairOf(secret);
  return toBase64(new Uint8Array(await crypto.subtle.sign("Ed25519", privateKey, utf8(text))));
}

/** The public key of a `whsk_` secret key, as `whpk_` and base64. @throws Error when `secret` is not such a key. */
export async function publicKeyOf(secret: string): Promise<string> {
  return `whpk_${toBase64((await keyPairOf(secret)).publicKey)}`;
}

/** Caches imported keys: importing a key costs more than signing, and few keys are in use. */
function keyPairOf(secret: string): Promise<KeyPair> {
  let keyPair = keyPairs.get(secret);
  if (!keyPair) {
    if (keyPairs.size >= MAX_CACHED_KEYS) keyPairs.clear();
    keyPair = importKeyPair(secret);
    keyPairs.set(secret, keyPair);
  }
  return keyPair;
}

async function importKeyPair(secret: string): Promise<KeyPair> {
  const bytes = secret.startsWith("whsk_") ? fromBase64(secret.slice("whsk_".length)) : null;
  if (bytes?.length !== 32 && bytes?.length !== 64)
    throw new Error(
      "The secret is not whsk_ and the base64 of an Ed25519 key: its seed (32 bytes), or seed and public key (64).",
    );
  const document = Uint8Array.from([...PKCS8_PREFIX, ...bytes.subarray(0, 32)]);
  const privateKey = await crypto.subtle.importKey("pkcs8", document, "Ed25519", true, ["sign"]);
  const { x } = await crypto.subtle.exportKey("jwk", privateKey);
  const publicKey = fromBase64(x!.replaceAll("-", "+").replaceAll("_", "/"))!;
  // Otherwise the receiver would verify with a public key that does not belong to our private key.
  if (bytes.length === 64 && !constantTimeEqual(bytes.subarray(32), publicKey))
    throw new Error(
      "The second half of the secret is not the public key of its first half. Check that it is copied completely.",
    );
  return { privateKey, publicKey };
}
