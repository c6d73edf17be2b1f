import { describe, expect, test } from "vitest";
import { errorKinds, networkError } from "../../../functions/_shared/http/network_error.ts";

/** As Deno says it: the URL in the middle, the reason behind it. */
const deno = (url: string, reason: string) =>
  new TypeError("fetch failed", {
    cause: new Error(`error sending request for url (${url}): client error (Connect): ${reason}`),
  });

describe("the reason of a failed request", () => {
  test.each([
    ["tcp connect error: Connection refused (os error 111)", "the connection was refused"],
    ["dns error: failed to lookup address information", "its host name cannot be resolved"],
    ["invalid peer certificate: UnknownIssuer", "the TLS connection failed: check its certificate"],
    ["connection closed before message completed", "the connection broke off"],
  ])("is read from what the runtime says of it: %s", (reason, meaning) => {
    expect(networkError(deno("https://receiver.example/hook", reason))).toBe(meaning);
  });

  test("is not read from the words of the URL", () => {
    const url = "https://dns.example/timeout/refused/tls-header?redirect=closed";
    expect(networkError(deno(url, "something new"))).toBe("the request failed");
    expect(networkError(deno(url, "tcp connect error: Connection refused"))).toBe("the connection was refused");
  });
});

test("for the log, an error is its names and codes, without any message", () => {
  const cause = Object.assign(new Error("very secret"), { code: "ECONNRESET" });
  expect(errorKinds(new TypeError("very secret", { cause }))).toBe("TypeError, Error ECONNRESET");
  expect(errorKinds("very secret")).toBe("string");
});
