/** Ed25519 compared with node:crypto, which shares no code with ours. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, verify } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { publicKeyOf, signEd25519 } from "../../../functions/_shared/crypto/ed25519.ts";
import { anyText } from "../arbitraries.ts";

const bytesOf = (key: KeyObject, member: "d" | "x") => Buffer.from(key.export({ format: "jwk" })[member]!, "base64url");

function generateKey() {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const [seed, point] = [bytesOf(privateKey, "d"), bytesOf(publicKey, "x")];
  return { publicKey, seed, point, secret: `whsk_${seed.toString("base64")}` };
}

describe("signEd25519", () => {
  test("makes a signature that node:crypto verifies, for any key and text", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 32, maxLength: 32 }), anyText, async (seed, text) => {
        const secret = `whsk_${Buffer.from(seed).toString("base64")}`;
        const point = (await publicKeyOf(secret)).slice("whpk_".length);
        const x = Buffer.from(point, "base64").toString("base64url");
        const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
        expect(verify(null, Buffer.from(text), key, Buffer.from(await signEd25519(secret, text), "base64"))).toBe(true);
      }),
    );
  });
  test("matches RFC 8032, test 1", async () => {
    const seed = Buffer.from("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", "hex");
    const signature = await signEd25519(`whsk_${seed.toString("base64")}`, "");
    expect(Buffer.from(signature, "base64").toString("hex")).toBe(
      "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155" +
        "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    );
  });
  test("makes the same signature with the 64-byte form of the key", async () => {
    const { seed, point, secret } = generateKey();
    const whole = `whsk_${Buffer.concat([seed, point]).toString("base64")}`;
    expect(await signEd25519(whole, "text")).toBe(await signEd25519(secret, "text"));
  });
});

describe("publicKeyOf", () => {
  test("returns the public key that node:crypto derives", async () => {
    const { point, secret } = generateKey();
    expect(await publicKeyOf(secret)).toBe(`whpk_${point.toString("base64")}`);
    const document = Buffer.concat([
      Buffer.from("302e020100300506032b657004220420", "hex"),
      Buffer.from(secret.slice(5), "base64"),
    ]);
    const derived = createPublicKey(createPrivateKey({ key: document, format: "der", type: "pkcs8" }));
    expect(bytesOf(derived, "x")).toEqual(point);
  });
  test("rejects a 64-byte key whose public key does not belong to its seed", async () => {
    const mixed = Buffer.concat([generateKey().seed, generateKey().point]).toString("base64");
    await expect(publicKeyOf(`whsk_${mixed}`)).rejects.toThrow(
      /second half of the secret is not the public key of its first half/,
    );
  });
});

test.each(["", "whsk_", "whsk_AAAA", `whsk_${"*".repeat(43)}`, `whsec_${"A".repeat(43)}=`, "A".repeat(43)])(
  "rejects %j as a key",
  async (secret) => expect(signEd25519(secret, "text")).rejects.toThrow(/not whsk_ and the base64 of an Ed25519 key/),
);
