/** Where the courier may send to. All tests but the last have a resolver of their own. */

import { describe, expect, test, vi } from "vitest";
import { NotConfigured } from "../../../functions/_shared/outbound/adapter.ts";
import { assertPublicUrl, type Lookup, openUrlGuard, placeOf } from "../../../functions/_shared/outbound/url_guard.ts";
import type { Environment } from "../../../functions/_shared/platform/environment.ts";

const PUBLIC = "93.184.215.14";
const hosted: Environment = () => undefined;
const development: Environment = (name) => (name === "OUTBOUND_ALLOW_LOOPBACK" ? "true" : undefined);

/** The error for a URL whose host has these IP addresses; null when it may be called. */
async function refusal(url: string, { addresses = [PUBLIC] as string[] | null, env = hosted } = {}) {
  try {
    await openUrlGuard(async () => addresses)(url, env);
    return null;
  } catch (error) {
    expect(error).toBeInstanceOf(NotConfigured);
    return (error as Error).message;
  }
}

describe("a URL", () => {
  test.each([
    "https://receiver.example/hook",
    "https://receiver.example:8443/hook?a=b",
    `https://${PUBLIC}/`,
    "https://[2606:4700::1111]/",
  ])("%s may be called", async (url) => expect(await refusal(url)).toBeNull());
  test.each(["", "receiver.example", "https://", "https://[::1", "https://256.256.256.256/", "https://1.2.3.4.5/"])(
    "%j is not a URL",
    async (url) => expect(await refusal(url)).toMatch(/is not a URL.*public https address/),
  );
  test.each([
    "ftp://receiver.example/",
    "file:///etc/passwd",
    "data:text/plain,x",
    "javascript:1",
    "ws://receiver.example/",
  ])("%s cannot be sent to", async (url) => expect(await refusal(url)).toMatch(/cannot be sent to/));
  test.each([
    "https://user@receiver.example/",
    "https://user:secret@receiver.example/",
    "https://:secret@receiver.example/",
  ])("%s contains a user or a password, which the error does not repeat", async (url) => {
    const error = await refusal(url);
    expect(error).toMatch(/contains a user or a password/);
    expect(error).not.toContain("secret@");
  });
  test.each([hosted, development])("over http may be called on this machine only", async (env) => {
    expect(await refusal("http://receiver.example/", { env })).toMatch(/could be read on the way/);
    expect(await refusal(`http://${PUBLIC}/`, { env })).toMatch(/could be read on the way/);
  });
  test("is named by its host in an error, since its path may be a secret", async () => {
    const error = await refusal("http://receiver.example/hook-secret?key=k");
    expect(error).toContain("receiver.example");
    expect(error).not.toMatch(/hook-secret|key=k/);
  });
});

/** For each forbidden range its first and last address, or one within. */
const FORBIDDEN: [string, string[]][] = [
  ["an unspecified", ["0.0.0.0", "0.255.255.255", "::"]],
  ["a private", ["10.0.0.0", "10.255.255.255", "172.16.0.0", "172.31.255.255", "192.168.0.0", "192.168.255.255"]],
  ["a carrier's private", ["100.64.0.0", "100.127.255.255"]],
  ["a link-local", ["169.254.0.0", "169.254.169.254", "169.254.255.255", "fe80::1", "febf::1", "fe80::1%eth0"]],
  ["a reserved", ["192.0.0.0", "192.0.0.255", "192.88.99.1", "240.0.0.0", "255.255.255.255"]],
  [
    "a documentation",
    ["192.0.2.1", "198.51.100.255", "203.0.113.0", "2001:db8::1", "2001:db8:ffff::", "3fff::1", "3fff:fff::1"],
  ],
  ["a benchmarking", ["198.18.0.0", "198.19.255.255"]],
  ["a multicast", ["224.0.0.1", "239.255.255.255", "ff02::1"]],
  ["a private (unique local)", ["fc00::1", "fd00:ec2::254", "fdff:ffff::"]],
  ["a tunnelled (6to4)", ["2002:7f00:1::", "2002:a9fe:a9fe::1"]],
  ["a tunnelled (Teredo)", ["2001::1", "2001:0:4136:e378:8000:63bf:80ff:fffe"]],
  [
    "a reserved",
    [
      "2001:2::1",
      "2001:1ff::1",
      "64:ff9b:1::7f00:1",
      "::127.0.0.1",
      "::ffff:0:127.0.0.1",
      "100::1",
      "fec0::1",
      "4000::1",
      "5f00::1",
    ],
  ],
  ["a private", ["::ffff:10.0.0.1", "::ffff:a00:1", "64:ff9b::10.0.0.1", "64:ff9b::a00:1"]],
  ["a link-local", ["::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe"]],
  ["an unreadable", ["", "somewhere", "1.2.3", "12345::", "::1::"]],
];

describe("the IP addresses of a host", () => {
  for (const [place, addresses] of FORBIDDEN) {
    test.each(addresses)(`%s is ${place} address`, async (address) => {
      expect(placeOf(address)).toContain(place);
      const error = await refusal("https://receiver.example/", { addresses: [address], env: development });
      expect(error).toMatch(/^receiver\.example is .* address, not one of the public internet/);
    });
  }
  test.each([
    ...[
      "1.1.1.1",
      "9.255.255.255",
      "11.0.0.0",
      "100.63.255.255",
      "100.128.0.0",
      "126.255.255.255",
      "128.0.0.0",
      "169.253.255.255",
    ],
    ...[
      "169.255.0.0",
      "172.15.255.255",
      "172.32.0.0",
      "192.0.1.0",
      "192.0.3.0",
      "192.167.255.255",
      "192.169.0.0",
      "198.17.255.255",
    ],
    ...[
      "198.20.0.0",
      "223.255.255.255",
      "2606:4700::1111",
      "2001:200::1",
      "2001:4860:4860::8888",
      "2003::1",
      "3fff:1000::1",
    ],
    ...["::ffff:8.8.8.8", "64:ff9b::808:808"],
  ])("%s is public", (address) => expect(placeOf(address)).toBe("public"));
  test.each(["127.0.0.1", "127.255.255.255", "::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1"])(
    "%s is this machine",
    (address) => expect(placeOf(address)).toBe("loopback"),
  );

  test("are all checked, not only the first", async () => {
    expect(await refusal("https://receiver.example/", { addresses: [PUBLIC, "2606:4700::1111"] })).toBeNull();
    expect(await refusal("https://receiver.example/", { addresses: [PUBLIC, "10.0.0.1"] })).toMatch(/private/);
    expect(await refusal("https://receiver.example/", { addresses: [PUBLIC, "::1"] })).toMatch(/this machine/);
  });
  test("are required: a host without one is not called", async () => {
    expect(await refusal("https://receiver.example/", { addresses: [] })).toMatch(/has no address/);
  });
  test("are looked up again after an error", async () => {
    let lookups = 0;
    const check = openUrlGuard(async () => {
      if (++lookups === 1) throw new Error("ENOTFOUND");
      return [PUBLIC];
    });
    await expect(check("https://receiver.example/", hosted)).rejects.toThrow(
      /receiver\.example cannot be found \(its host name cannot be resolved\).*spelling/,
    );
    await check("https://receiver.example/", hosted);
  });
  test("are waited for no longer than five seconds", async () => {
    vi.useFakeTimers();
    try {
      const checking = openUrlGuard(() => new Promise(() => {}))("https://receiver.example/", hosted);
      const refused = expect(checking).rejects.toThrow(/receiver\.example cannot be found \(no answer in time\)/);
      await vi.advanceTimersByTimeAsync(5000);
      await refused;
    } finally {
      vi.useRealTimers();
    }
  });
  test("are not checked on a platform without a resolver; IP addresses in the URL are", async () => {
    expect(await refusal("https://receiver.example/", { addresses: null })).toBeNull();
    expect(await refusal("https://10.0.0.1/", { addresses: null })).toMatch(/private/);
  });
});

describe("a URL with an IP address", () => {
  const noLookup: Lookup = () => Promise.reject(new Error("an IP address is not looked up"));

  test.each([
    ...[
      "127.0.0.1",
      "127.1",
      "127.0.1",
      "2130706433",
      "0x7f000001",
      "0x7f.1",
      "017700000001",
      "0177.0.0.1",
      "127.0.0.1.",
      "%31%32%37.0.0.1",
    ],
    ...["１２７.0.0.1", "127。0。0。1", "[::1]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]"],
  ])("%s is this machine, in whatever form", async (host) => {
    await expect(openUrlGuard(noLookup)(`https://${host}/`, hosted)).rejects.toThrow(/is this machine itself/);
  });
  test.each([
    "169.254.169.254",
    "2852039166",
    "0xa9fea9fe",
    "0251.0376.0251.0376",
    "169.254.43518",
    "[::ffff:a9fe:a9fe]",
  ])("%s is a cloud's metadata service, in whatever form", async (host) => {
    await expect(openUrlGuard(noLookup)(`https://${host}/`, development)).rejects.toThrow(/a link-local address/);
  });
});

describe("this machine", () => {
  test.each([
    "http://127.0.0.1:9000/make",
    "https://127.0.0.1/",
    "http://localhost:9000/",
    "https://receiver.localhost/",
    "http://LOCALHOST./",
  ])("%s may be called in development only", async (url) => {
    expect(await refusal(url, { env: development })).toBeNull();
    expect(await refusal(url)).toMatch(/is this machine itself.*set OUTBOUND_ALLOW_LOOPBACK=true/);
  });
  test.each(["", "false", "1", "TRUE", "yes"])("may not be called with OUTBOUND_ALLOW_LOOPBACK=%j", async (value) => {
    expect(await refusal("http://127.0.0.1/", { env: () => value })).toMatch(/is this machine itself/);
  });
  test("is also recognized behind a host name", async () => {
    expect(await refusal("http://receiver.example/", { addresses: ["127.0.0.1", "::1"], env: development })).toBeNull();
    expect(await refusal("https://receiver.example/", { addresses: ["127.0.0.1"] })).toMatch(/is this machine itself/);
    expect(await refusal("http://receiver.example/", { addresses: ["127.0.0.1", PUBLIC], env: development })).toMatch(
      /read on the way/,
    );
  });
});

describe("an answer of the resolver", () => {
  function countingGuard() {
    const lookups: string[] = [];
    let now = 0;
    const check = openUrlGuard(
      async (host) => {
        lookups.push(host);
        return [PUBLIC];
      },
      () => now,
    );
    return { lookups, check: (host: string) => check(`https://${host}/`, hosted), pass: (ms: number) => (now += ms) };
  }

  test("is used for a minute, for each host", async () => {
    const { lookups, check, pass } = countingGuard();
    await Promise.all([check("a.example"), check("a.example"), check("b.example")]);
    pass(59_999);
    await check("a.example");
    expect(lookups).toEqual(["a.example", "b.example"]);
    pass(1);
    await check("a.example");
    expect(lookups).toEqual(["a.example", "b.example", "a.example"]);
  });
  test("is kept for 500 hosts", async () => {
    const { lookups, check } = countingGuard();
    for (let n = 0; n <= 500; n++) await check(`n${n}.example`);
    await check("n0.example");
    expect(lookups.length).toBe(502);
  });
});

test("the platform's own resolver is used", async () => {
  await expect(assertPublicUrl("https://no-such-name.invalid/", hosted)).rejects.toThrow(
    /no-such-name\.invalid cannot be found/,
  );
});
