import { createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  constantTimeEqual,
  fromBase64,
  fromHex,
  hmacSha256,
  secretsFrom,
  toBase64,
  toHex,
  utf8,
} from "../../../functions/_shared/crypto/signature.ts";
import { clockRefusal } from "../../../functions/_shared/crypto/verdict.ts";
import { anyBytes } from "../arbitraries.ts";

describe("secretsFrom", () => {
  const secrets = (value: string | undefined) =>
    secretsFrom((name) => (name === "X_SECRET" ? value : "another variable"), "X_SECRET");

  test("returns a single secret unchanged", () => expect(secrets("whsec_a")).toEqual(["whsec_a"]));
  test("splits several secrets at spaces", () =>
    expect(secrets("whsec_a whsec_b whsec_c")).toEqual(["whsec_a", "whsec_b", "whsec_c"]));
  test("ignores white space around and between secrets", () =>
    expect(secrets("  whsec_a \n  whsec_b\t")).toEqual(["whsec_a", "whsec_b"]));
  test.each([undefined, "", "   "])("returns none for %j", (value) => expect(secrets(value)).toEqual([]));
});

describe("hmacSha256", () => {
  test("matches RFC 4231, test case 2", async () => {
    expect(toHex(await hmacSha256("Jefe", "what do ya want for nothing?"))).toBe(
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
    );
  });

  test("matches node:crypto for any key and any split of the message, also with a cached key", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 1, maxLength: 100 }),
        anyBytes,
        anyBytes,
        async (key, first, second) => {
          const expected = createHmac("sha256", key).update(first).update(second).digest("hex");
          expect(toHex(await hmacSha256(new Uint8Array(key), first, second))).toBe(expected);
          expect(toHex(await hmacSha256(new Uint8Array(key), first, second))).toBe(expected);
        },
      ),
    );
  });

  test("encodes text as UTF-8", async () => {
    expect(await hmacSha256("clé", "é")).toEqual(await hmacSha256(utf8("clé"), utf8("é")));
  });

  test("does not confuse a text key with the bytes key of the same hex", async () => {
    const asText = toHex(await hmacSha256("6162", "m"));
    const asBytes = toHex(await hmacSha256(utf8("ab"), "m"));
    expect(asText).not.toBe(asBytes);
    expect(asBytes).toBe(createHmac("sha256", "ab").update("m").digest("hex"));
  });
});

describe("constantTimeEqual", () => {
  test("is true for equal digests", () => expect(constantTimeEqual(utf8("abc"), utf8("abc"))).toBe(true));
  test("is false when one byte differs", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        fc.nat(31),
        fc.integer({ min: 1, max: 255 }),
        (digest, at, flip) => {
          const other = Uint8Array.from(digest);
          other[at]! ^= flip;
          expect(constantTimeEqual(digest, other)).toBe(false);
        },
      ),
    );
  });
  test("is false when one digest is a prefix of the other", () => {
    expect(constantTimeEqual(utf8("abc"), utf8("ab"))).toBe(false);
    expect(constantTimeEqual(utf8(""), utf8("ab"))).toBe(false);
  });
});

describe("hex and base64", () => {
  test("decode what they encode, for any bytes", () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        expect(fromHex(toHex(bytes))).toEqual(bytes);
        expect(fromBase64(toBase64(bytes))).toEqual(bytes);
      }),
    );
  });
  test("match Buffer", () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        expect(toHex(bytes)).toBe(Buffer.from(bytes).toString("hex"));
        expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString("base64"));
      }),
    );
  });
  test.each(["abc", "AB", "0g", "0x", " ab", "ab\n"])("fromHex(%j) is null", (text) =>
    expect(fromHex(text)).toBeNull(),
  );
  test.each(["a", "ab*d", "ab d", "_-==", "====", "ab=c", "YR==", "YQ===", " YQ=="])("fromBase64(%j) is null", (text) =>
    expect(fromBase64(text)).toBeNull(),
  );
  test("fromBase64 accepts base64 without padding", () => expect(fromBase64("YQ")).toEqual(utf8("a")));
});

describe("clockRefusal", () => {
  const now = 1_795_168_805_999;
  const refusalAt = (seconds: number) => clockRefusal(1_795_168_805 - seconds, now)?.refusal;

  test.each([0, 300, -300])("accepts an age of %i s", (seconds) => expect(refusalAt(seconds)).toBeUndefined());
  test("rejects an age of 301 s and names it", () => {
    expect(refusalAt(301)?.code).toBe("timestamp_too_old");
    expect(refusalAt(301)?.detail).toContain("301 s old; at most 300 s is allowed");
  });
  test("rejects a time 301 s in the future and names the difference", () => {
    expect(refusalAt(-301)?.code).toBe("timestamp_in_future");
    expect(refusalAt(-301)?.detail).toContain("301 s in the future; at most 300 s is allowed");
  });
});
