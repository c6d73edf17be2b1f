/**
 * Guards where the courier may send to: public addresses only, over https. Whoever may edit a destination could otherwise have
 * us call what only this side of the network reaches, such as a cloud's metadata service (SSRF).
 */

import type { Environment } from "../platform/environment.ts";
import { NotConfigured } from "./adapter.ts";

/** All addresses of a host name. Throws when there are none. Null: this platform cannot tell. */
export type Lookup = (host: string) => Promise<string[] | null>;

/** How long an answer of the resolver is good for, for how many hosts, and how long it may take, in ms. */
const KEPT = 60_000;
const HOSTS = 500;
const TIMEOUT_MS = 5000;

const ELSE = "Give the destination the public https address of its receiver";

/** Where an address leads: out, to this machine, or (in words) nowhere we may call. */
type Place = "public" | "loopback" | string;

/**
 * Throws Unsent unless `url` may be called: https, no user or password in it, and every address of its host public. This machine
 * may be called, over http too, where OUTBOUND_ALLOW_LOOPBACK is `true`. Answers about names are kept for a minute.
 *
 * What it cannot guard: Deno's fetch looks the name up once more, and a name that changes its address in between (DNS rebinding)
 * leads elsewhere. Where the platform has no resolver to ask, names are believed; addresses written as numbers are judged all the same.
 */
export const assertPublicUrl = openGuard();

/** A checkAddress with a cache, and for tests a resolver and clock, of its own. */
export function openGuard(
  lookup: Lookup = systemLookup,
  now: () => number = Date.now,
): (url: string, env: Environment) => Promise<void> {
  const asked = new Map<string, { until: number; addresses: Promise<string[] | null> }>();

  function addressesOf(host: string): Promise<string[] | null> {
    const known = asked.get(host);
    if (known && known.until > now()) return known.addresses;
    if (asked.size >= HOSTS) asked.clear();
    const addresses = patiently(lookup(host));
    asked.set(host, { until: now() + KEPT, addresses });
    // No answer is asked for again: what is wrong may be mended by then.
    addresses.catch(() => asked.delete(host));
    return addresses;
  }

  async function placesOf(host: string): Promise<Place[]> {
    const literal = host.startsWith("[") ? host.slice(1, -1) : host;
    if (host.startsWith("[") || isIpv4(host)) return [placeOf(literal)];
    // By definition, whatever a resolver says (RFC 6761).
    if (/(^|\.)localhost\.?$/.test(host)) return ["loopback"];
    let addresses: string[] | null;
    try {
      addresses = await addressesOf(host);
    } catch (error) {
      throw new NotConfigured(
        `${host} cannot be found (${(error as Error).message}). Check the spelling of the destination's address.`,
      );
    }
    if (addresses?.length === 0)
      throw new NotConfigured(`${host} has no address. Check the spelling of the destination's address.`);
    return addresses?.map(placeOf) ?? ["public"];
  }

  return async (url, env) => {
    // The address may itself be a secret: only its host is told.
    const address = URL.canParse(url) ? new URL(url) : undefined;
    if (!address) throw new NotConfigured(`The destination's address is no URL. ${ELSE}.`);
    const { protocol, hostname: host } = address;
    if (protocol !== "https:" && protocol !== "http:") throw new NotConfigured(`${protocol} is not sent to. ${ELSE}.`);
    if (address.username || address.password)
      throw new NotConfigured(
        `The address at ${host} holds a user or a password, which logs would show. Leave it out; the signature says who calls.`,
      );

    const places = await placesOf(host);
    const barred = places.find((place) => place !== "public" && place !== "loopback");
    if (barred) throw new NotConfigured(`${host} is ${barred} address, not one of the public internet. ${ELSE}.`);
    if (places.includes("loopback") && env("OUTBOUND_ALLOW_LOOPBACK") !== "true")
      throw new NotConfigured(
        `${host} is this machine itself. ${ELSE}; in development, set OUTBOUND_ALLOW_LOOPBACK=true.`,
      );
    if (protocol === "http:" && places.includes("public"))
      throw new NotConfigured(`http to ${host} could be read on the way. ${ELSE}.`);
  };
}

/**
 * The platform's own resolver, the one its connections use. Imported only when asked: a platform without it still has a courier.
 */
async function systemLookup(host: string): Promise<string[] | null> {
  const dns = await import("node:dns/promises").catch(() => null);
  if (typeof dns?.lookup !== "function") return null;
  return (await dns.lookup(host, { all: true })).map(({ address }) => address);
}

function patiently<T>(answer: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout>;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${TIMEOUT_MS} ms`)), TIMEOUT_MS);
  });
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}

/** As the URL parser writes one: it has turned decimal, octal, hex and short spellings into this. */
function isIpv4(text: string): boolean {
  return /^\d{1,3}(\.\d{1,3}){3}$/.test(text);
}

/** Where this address leads, by IANA's registries of special-purpose addresses. */
export function placeOf(address: string): Place {
  if (isIpv4(address)) return placeOfIpv4(address.split(".").reduce((number, part) => number * 256 + Number(part), 0));
  const groups = groupsOf(address);
  return groups ? placeOfIpv6(groups) : "no readable";
}

const IPV4: [base: string, bits: number, place: Place][] = [
  ["0.0.0.0", 8, "an unspecified"],
  ["10.0.0.0", 8, "a private"],
  ["100.64.0.0", 10, "a carrier's private (CGNAT)"],
  ["127.0.0.0", 8, "loopback"],
  ["169.254.0.0", 16, "a link-local"],
  ["172.16.0.0", 12, "a private"],
  ["192.0.0.0", 24, "a reserved"],
  ["192.0.2.0", 24, "a documentation"],
  ["192.88.99.0", 24, "a reserved"],
  ["192.168.0.0", 16, "a private"],
  ["198.18.0.0", 15, "a benchmarking"],
  ["198.51.100.0", 24, "a documentation"],
  ["203.0.113.0", 24, "a documentation"],
  ["224.0.0.0", 4, "a multicast"],
  ["240.0.0.0", 4, "a reserved or broadcast"],
];
const RANGES = IPV4.map(([base, bits, place]) => {
  const size = 2 ** (32 - bits);
  const first = base.split(".").reduce((number, part) => number * 256 + Number(part), 0);
  return { first, last: first + size - 1, place };
});

function placeOfIpv4(number: number): Place {
  return RANGES.find(({ first, last }) => first <= number && number <= last)?.place ?? "public";
}

/** Only 2000::/3 is given out. The rest is barred, but for the forms in which a system writes an IPv4 address. */
function placeOfIpv6(groups: number[]): Place {
  const [a, b, c, d, e, f] = groups as [number, number, number, number, number, number];
  const ipv4 = () => placeOfIpv4(groups[6]! * 65536 + groups[7]!);
  const zeros = (count: number) => groups.slice(0, count).every((group) => group === 0);
  if (zeros(7) && groups[7]! <= 1) return groups[7] === 1 ? "loopback" : "an unspecified";
  if (zeros(5) && f === 0xffff) return ipv4(); // mapped
  if (a === 0x64 && b === 0xff9b && c === 0 && d === 0 && e === 0 && f === 0) return ipv4(); // NAT64, of a network without IPv4
  if ((a & 0xfe00) === 0xfc00) return "a private (unique local)";
  if ((a & 0xffc0) === 0xfe80) return "a link-local";
  if ((a & 0xff00) === 0xff00) return "a multicast";
  if (a === 0x2001 && b === 0xdb8) return "a documentation";
  if (a === 0x3fff && b < 0x1000) return "a documentation";
  if (a === 0x2002) return "a tunnelled (6to4)";
  if (a === 0x2001 && b === 0) return "a tunnelled (Teredo)";
  if (a === 0x2001 && b < 0x200) return "a reserved";
  return (a & 0xe000) === 0x2000 ? "public" : "a reserved";
}

/** The eight numbers of an IPv6 address; null for anything else. */
function groupsOf(address: string): number[] | null {
  // A resolver may name the interface too. The URL parser knows every other spelling.
  const written = `http://[${address.replace(/%.*$/, "")}]/`;
  if (!URL.canParse(written)) return null;
  const [head = "", tail] = new URL(written).hostname.slice(1, -1).split("::");
  const numbers = (text: string) => (text === "" ? [] : text.split(":").map((group) => Number.parseInt(group, 16)));
  const first = numbers(head);
  const last = numbers(tail ?? "");
  return [...first, ...Array<number>(8 - first.length - last.length).fill(0), ...last];
}
