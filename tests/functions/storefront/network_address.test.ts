/** Which network a request comes from: what a caller writes into its own headers decides nothing. */
import { describe, expect, test } from "vitest";
import { clientAddress, networkHash, networkOf } from "../../../functions/_shared/storefront/network_address.ts";

describe("the caller's address", () => {
  test.each<[string, Record<string, string>, string | null]>([
    ["is what Cloudflare says", { "cf-connecting-ip": "192.0.2.1", "x-forwarded-for": "192.0.2.1" }, "192.0.2.1"],
    [
      "is not what the caller wrote into x-forwarded-for",
      { "cf-connecting-ip": "192.0.2.1", "x-forwarded-for": "203.0.113.9, 192.0.2.1" },
      "192.0.2.1",
    ],
    [
      "is the last element of x-forwarded-for where no Cloudflare is",
      { "x-forwarded-for": "203.0.113.9, 203.0.113.10 , 192.0.2.1 " },
      "192.0.2.1",
    ],
    ["is unknown without both", { "x-real-ip": "203.0.113.9" }, null],
    ["is unknown where they are empty", { "cf-connecting-ip": "", "x-forwarded-for": "" }, null],
  ])("%s", (_, headers, address) => expect(clientAddress(new Headers(headers))).toBe(address));
});

describe("its network", () => {
  test.each([
    ["192.0.2.1", "192.0.2.1"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:DB8:0001:2:ffff:4:5:6", "2001:db8:1:2::/64"],
    ["2001:db8::1", "2001:db8:0:0::/64"],
    ["2001:db8:0:0:9::", "2001:db8:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
  ])("of %s is %s", (address, network) => expect(networkOf(address)).toBe(network));

  test("is one for all addresses of a household, and told only as a hash", async () => {
    expect(await networkHash("2001:db8:1:2:3:4:5:6")).toBe(await networkHash("2001:db8:1:2::9"));
    expect(await networkHash("2001:db8:1:2::9")).not.toBe(await networkHash("2001:db8:1:3::9"));
    expect(await networkHash("192.0.2.1")).toMatch(/^[0-9a-f]{64}$/);
  });
});
