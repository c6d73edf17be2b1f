import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { redact } from "../../../functions/_shared/platform/redact.ts";
import { cpuTimeOf } from "../../cpu_time.ts";

const JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ1c2VyLTEifQ.c2lnbmF0dXJlLW9mLWl0";

describe("redact masks", () => {
  test.each([
    ["a Standard Webhooks secret", "key whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw is wrong", "key whsec_*** is wrong"],
    ["a private signing key", "whsk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw+/=", "whsk_***"],
    ["a live Stripe key", "No such key: sk_live_51Habcdefgh", "No such key: sk_live_***"],
    ["a test Stripe key", "rk_test_51Habcdefgh", "rk_test_***"],
    ["a Supabase key", '{"key":"sb_secret_N7UND0UgjKTVK-Uodkm0Hg_xSvEMPvz"}', '{"key":"sb_secret_***"}'],
    ["a Whop secret", `ws_${"8606f1c1".repeat(8)}`, "ws_***"],
    ["a bearer token", "authorized by Bearer abc123def456", "authorized by Bearer ***"],
    ["a bearer header", "authorization: bearer ZGVmYXVsdC10b2tlbi13aXRob3V0", "authorization: bearer ***"],
    ["a basic header", '{"Authorization":"Basic dXNlcjpwYXNzMQ=="}', '{"Authorization":"Basic ***"}'],
    ["a JWT", `got ${JWT}, expired`, "got ***, expired"],
    ["a truncated JWT", `got ${JWT.split(".").slice(0, 2).join(".")}`, "got ***"],
    ["a token in JSON", '{"access_token": "9f86d081884c7d65", "n": 1}', '{"access_token": "***", "n": 1}'],
    ["a secret in a form", "client_secret=abc%2F123def&grant=x", "client_secret=***&grant=x"],
    ["an API key in text", "X-Api-Key: 5f4dcc3b5aa765d6", "X-Api-Key: ***"],
    ["a camel-case name", '{"apiKey":"5f4dcc3b5aa765d6"}', '{"apiKey":"***"}'],
    [
      "a token in JSON within JSON",
      String.raw`{"body":"{\"token\":\"5f4dcc3b5aa765d6\"}"}`,
      String.raw`{"body":"{\"token\":\"***\"}"}`,
    ],
    ["a secret of letters that is too long for a word", "secret=abcdefghijklmnopqrstuvwxyz", "secret=***"],
    ["any password in JSON", '{"password":"my dog \\"Rex\\" is","n":1}', '{"password":"***","n":1}'],
    [
      "any password in JSON within JSON",
      String.raw`"{\"password\":\"hunter\",\"n\":1}"`,
      String.raw`"{\"password\":\"***\",\"n\":1}"`,
    ],
    ["any password in a form", "user=a&password=hunter&x=1", "user=a&password=***&x=1"],
    ["a password in single quotes", "{'pwd': 'a b', 'n': 1}", "{'pwd': '***', 'n': 1}"],
    ["a short password without making the text longer", "pwd=a b", "pwd=* b"],
    ["a truncated password", '{"password":"my dog', '{"password":"***'],
    ["a card number", "card 4242424242424242 declined", "card *** declined"],
    ["a card number in digit groups", "card 4242 4242 4242 4242 2026", "card *** 2026"],
    ["a card number after other digits", "1234 5555-5555-5555-4444.", "1234 ***."],
    ["an American Express card", '{"n":"378282246310005"}', '{"n":"***"}'],
  ])("%s", (_, text, masked) => {
    expect(redact(text)).toBe(masked);
    expect(redact(masked)).toBe(masked);
  });
});

describe("redact leaves unchanged", () => {
  test.each([
    "Accepted",
    "Queue is full.",
    "There is no scenario listening for this webhook.",
    '{"error":"Invalid token: expired"}',
    "Bearer authentication is required",
    '{"password":null,"tokens":12345678,"token_expires_at":"2026-11-20T10:00:04.512Z"}',
    '{"passwordReset":"sent","secretary":"Abc12345678"}',
    '{"id":"0b8c2a54-1a1b-4a77-9b43-6c0bd8b0f5aa","sha":"9f86d081884c7d659a2feaa0c55ad015"}',
    '{"created":1795168805000,"order":"4242424242424241","amount":0.4242424242424242}',
    "tel. +237 677 12 34 56, id4242424242424242",
  ])("%s", (text) => expect(redact(text)).toBe(text));
});

describe("redact, for any text,", () => {
  const word = fc.constantFrom(
    ...['"', "'", "\\", ":", "=", " ", "{", "}", "&", ".", "-", "\n"],
    ...[
      "password",
      "token",
      "secret",
      "api_key",
      "authorization",
      "Bearer ",
      "whsec_",
      "eyJ",
      JWT,
      "4242424242424242",
      "abc12345",
    ],
  );
  const any = fc.array(fc.oneof(word, fc.string()), { maxLength: 30 }).map((words) => words.join(""));

  test("never makes it longer", () => {
    fc.assert(
      fc.property(any, (text) => {
        expect(redact(text).length).toBeLessThanOrEqual(text.length);
      }),
      { numRuns: 2000 },
    );
  });

  test("never shows a secret within it", () => {
    const plain = fc.string({ unit: fc.constantFrom(..."abc {}[],.:\n") });
    const secret = fc
      .base64String({ minLength: 32, maxLength: 88 })
      .filter((text) => /\d/.test(text) && /[A-Za-z]/.test(text));
    const forms = [
      (value: string) => `whsec_${value}`,
      (value: string) => `Bearer ${value}`,
      (value: string) => JSON.stringify({ client_secret: value }),
      (value: string) => JSON.stringify(JSON.stringify({ token: value })),
      (value: string) => `password=${value}`,
      (value: string) => `x-api-key: ${value}`,
    ];
    fc.assert(
      fc.property(plain, secret, fc.constantFrom(...forms), plain, (before, value, write, after) => {
        expect(redact(`${before} ${write(value)} ${after}`)).not.toContain(value.slice(0, 12));
      }),
    );
  });
});

describe("the time of redact", () => {
  // Ten times the stored length of a response: quadratic time would take minutes.
  const LENGTH = 200_000;
  test.each([
    "eyJ",
    "eyJaaaaaaaa.",
    "password",
    'password="',
    "password=\\",
    "token=",
    "token ",
    "Bearer ",
    "whsec_",
    "4",
    "4 ",
    "4-",
    "\\",
    '"',
    "=",
  ])("is linear in the length for a repeated %j", (piece) => {
    for (const end of ["", "x", '"']) {
      const text = piece.repeat(LENGTH / piece.length) + end;
      expect(cpuTimeOf(() => redact(text))).toBeLessThan(2000);
    }
  });
});
