import { expect, test } from "vitest";
import { link, payPageLink } from "../../../functions/_shared/facts/json_reader.ts";

const read = payPageLink(100).read;

test.each(["https://checkout.stripe.com/c/pay/cs_1", "http://127.0.0.1:54321/providers/stripe/_page?ref=cs_1"])(
  "a page to pay at may be %s",
  (url) => {
    expect(read(url)).toBe(url);
  },
);

test.each([
  "http://checkout.stripe.com/c/pay/cs_1",
  "http://127.0.0.1.example.com/pay",
  "http://127.0.0.1@example.com/pay",
  "http://localhost:1@example.com/pay",
  "http://192.168.0.1/pay",
  "javascript:alert(1)//http://127.0.0.1/",
  `http://127.0.0.1/${"a".repeat(100)}`,
  "http://127.0.0.1/pay\n",
])("a page to pay at is never %j", (url) => {
  expect(read(url)).toBeUndefined();
});

test("any other link stays https only", () => {
  expect(link(100).read("http://127.0.0.1:54321/")).toBeUndefined();
});
