/** Nobody is sent anywhere but where STOREFRONT_URL says. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { resolveRedirectUrls, withCheckoutId } from "../../../functions/_shared/storefront/redirect_urls.ts";

const SHOP = "https://shop.example.com myapp://checkout https://pages.example.com/shop/";
const to = (address: string | null, setting: string | undefined = SHOP) =>
  resolveRedirectUrls(setting, { success_url: address, cancel_url: null }).success_url;

test("what is left out is the first storefront's own", () => {
  expect(resolveRedirectUrls(SHOP, { success_url: null, cancel_url: null })).toEqual({
    success_url: "https://shop.example.com/checkout/success",
    cancel_url: "https://shop.example.com/checkout/cancelled",
  });
  expect(to(null, "myapp://checkout")).toBe("myapp://checkout/checkout/success");
});

test.each([
  "https://shop.example.com/thanks?lang=fr#top",
  "https://shop.example.com/",
  "myapp://checkout",
  "myapp://checkout/done?x=1",
  "https://pages.example.com/shop/thanks",
])("%s is the storefront's", (address) => {
  expect(to(address)).toBe(address);
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
])("%j is not", (address) => {
  expect(() => to(address)).toThrow(expect.objectContaining({ status: 400, code: "redirect_not_allowed" }));
});

test("an app's scheme alone is all of the app", () => {
  expect(to("myapp://anything/there", "myapp://")).toBe("myapp://anything/there");
});

test("http is for this machine alone", () => {
  for (const here of ["http://localhost:5173", "http://127.0.0.1:3000", "http://[::1]:3000"])
    expect(to(null, here)).toBe(`${here}/checkout/success`);
});

test.each([
  undefined,
  "",
  "shop.example.com",
  "https://shop.example.com http://shop.example.com",
  "javascript:alert(1)",
])("STOREFRONT_URL=%j is to be set right first", (setting) => {
  expect(() => resolveRedirectUrls(setting, { success_url: null, cancel_url: null })).toThrow(
    expect.objectContaining({
      status: 503,
      code: "not_configured",
      message: expect.stringContaining("STOREFRONT_URL"),
    }),
  );
});

test("whatever address is taken, a browser reads the storefront's origin in it", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.webUrl(),
        fc.string(),
        fc.string().map((end) => `https://shop.example.com${end}`),
      ),
      (address) => {
        let taken: string;
        try {
          taken = to(address, "https://shop.example.com");
        } catch {
          return;
        }
        expect(new URL(taken).origin).toBe("https://shop.example.com");
      },
    ),
  );
});

describe("the checkout", () => {
  const ID = "6f0d2c5e-93a1-4a57-8d2b-1c3f6a2b9e10";
  const named = (success_url: string) => withCheckoutId(ID, { success_url, cancel_url: success_url }).success_url;

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
  ])("is named in %s", (address, expected) => {
    expect(named(address)).toBe(expected);
  });
});
