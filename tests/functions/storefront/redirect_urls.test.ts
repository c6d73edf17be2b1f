/** Buyers are sent back to addresses of STOREFRONT_URL only. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { resolveRedirectUrls, withCheckoutId } from "../../../functions/_shared/storefront/redirect_urls.ts";

const SHOP = "https://shop.example.com myapp://checkout https://pages.example.com/shop/";
const successUrl = (address: string | null, storefrontUrl: string | undefined = SHOP) =>
  resolveRedirectUrls(storefrontUrl, { success_url: address, cancel_url: null }).success_url;

test("the default is a page of the first address", () => {
  expect(resolveRedirectUrls(SHOP, { success_url: null, cancel_url: null })).toEqual({
    success_url: "https://shop.example.com/checkout/success",
    cancel_url: "https://shop.example.com/checkout/cancelled",
  });
  expect(successUrl(null, "myapp://checkout")).toBe("myapp://checkout/checkout/success");
});

test.each([
  "https://shop.example.com/thanks?lang=fr#top",
  "https://shop.example.com/",
  "myapp://checkout",
  "myapp://checkout/done?x=1",
  "https://pages.example.com/shop/thanks",
])("%s is allowed", (address) => {
  expect(successUrl(address)).toBe(address);
});

test.each([
  "https://evil.example/",
  "https://shop.example.com.evil.example/",
  "https://shop.example.com@evil.example/",
  "https://user:secret@shop.example.com/",
  "https://evil.example\\@shop.example.com/",
  "https://shop.example.com:8443/",
  "http://shop.example.com/",
  "//shop.example.com/",
  "/thanks",
  "thanks",
  "",
  "javascript:alert(1)",
  "data:text/html,x",
  "otherapp://checkout",
  "myapp://elsewhere",
  "myapp:checkout",
  "https://pages.example.com/shopping",
  "https://pages.example.com/shop/../admin",
  "https://pages.example.com/shop/%2e%2e/admin",
  `https://shop.example.com/${"x".repeat(2000)}`,
])("%j is not allowed", (address) => {
  expect(() => successUrl(address)).toThrow(expect.objectContaining({ status: 400, code: "redirect_not_allowed" }));
});

test("an app's scheme alone allows every address of the app", () => {
  expect(successUrl("myapp://anything/there", "myapp://")).toBe("myapp://anything/there");
});

test("http is allowed for this machine only", () => {
  for (const origin of ["http://localhost:5173", "http://127.0.0.1:3000", "http://[::1]:3000"])
    expect(successUrl(null, origin)).toBe(`${origin}/checkout/success`);
});

test.each([
  undefined,
  "",
  "shop.example.com",
  "https://shop.example.com http://shop.example.com",
  "javascript:alert(1)",
])("STOREFRONT_URL=%j is an error to correct", (storefrontUrl) => {
  expect(() => resolveRedirectUrls(storefrontUrl, { success_url: null, cancel_url: null })).toThrow(
    expect.objectContaining({
      status: 503,
      code: "not_configured",
      message: expect.stringContaining("STOREFRONT_URL"),
    }),
  );
});

test("every address that is allowed has the storefront's origin for a browser", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.webUrl(),
        fc.string(),
        fc.string().map((end) => `https://shop.example.com${end}`),
      ),
      (address) => {
        let allowed: string;
        try {
          allowed = successUrl(address, "https://shop.example.com");
        } catch {
          return;
        }
        expect(new URL(allowed).origin).toBe("https://shop.example.com");
      },
    ),
  );
});

describe("the checkout's id", () => {
  const ID = "6f0d2c5e-93a1-4a57-8d2b-1c3f6a2b9e10";
  const withId = (success_url: string) => withCheckoutId(ID, { success_url, cancel_url: success_url }).success_url;

  test.each([
    ["https://a.example/", `https://a.example/?checkout_session_id=${ID}`],
    ["https://a.example/x?a=1&b=%20c", `https://a.example/x?a=1&b=%20c&checkout_session_id=${ID}`],
    [
      "https://a.example/x?session={CHECKOUT_SESSION_ID}",
      `https://a.example/x?session={CHECKOUT_SESSION_ID}&checkout_session_id=${ID}`,
    ],
    ["https://a.example/#/thanks", `https://a.example/?checkout_session_id=${ID}#/thanks`],
    ["https://a.example/?checkout_session_id=of-before", `https://a.example/?checkout_session_id=${ID}`],
    [
      "https://a.example/?checkout_session_id=1&s={CHECKOUT_SESSION_ID}&checkout%5Fsession_id=2#checkout_session_id=3",
      `https://a.example/?s={CHECKOUT_SESSION_ID}&checkout_session_id=${ID}#checkout_session_id=3`,
    ],
    ["myapp://checkout", `myapp://checkout?checkout_session_id=${ID}`],
  ])("is added to %s", (address, expected) => {
    expect(withId(address)).toBe(expected);
  });
});
