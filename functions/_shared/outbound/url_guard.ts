/**
 * Checks where the courier may send to: public addresses only, over https. Otherwise a destination's address could make
 * us call what only our side of the network reaches, such as a cloud's metadata service (server-side request forgery,
 * SSRF).
 */

import { networkError } from "../http/network_error.ts";
import type { Environment } from "../platform/environment.ts";
import { within } from "../platform/within.ts";
import { NotConfigured } from "./adapter.ts";

/** All IP addresses of a host name. Throws when there are none. Null when this platform has no resolver. */
export type Lookup = (host: string) => Promise<string[] | null>;

/** How long a resolver's answer is used, in ms, and for how many hosts. */
const CACHE_TTL_MS = 60_000;
const MAX_CACHED = 500;
/** How long the resolver may take to answer, in ms. */
const LOOKUP_TIMEOUT_MS = 5000;

const ADVICE = "Give the destination the public https address of its receiver";

/** What kind of address it is: public, loopback (this machine), or else in words, such as "a private". */
type Place = "public" | "loopback" | string;

/**
 * Throws NotConfigured unless `url` may be called: https, without user or password, and every address of its host
 * public. Loopback addresses may be called, over http too, if OUTBOUND_ALLOW_LOOPBACK is `true`. Host names are looked
 * up at most once a minute.
 *
 * Not covered: Deno's fetch looks the name up again, and may get another address by then (DNS rebinding). On a platform
 * without a resolver host names are accepted unchecked; IP addresses are always checked.
 */
export const assertPublicUrl = openUrlGuard();

/** An `assertPublicUrl` with a cache of its own and, for tests, another resolver and clock. */
export function openUrlGuard(
  lookup: Lookup = systemLookup,
  now: () => number = Date.now,
): (url: string, env: Environment) => Promise<void> {
  const cache = new Map<string, { expiresAt: number; addresses: Promise<string[] | null> }>();

  function addressesOf(host: string): Promise<string[] | null> {
    const cached = cache.get(host);
    if (cached && cached.expiresAt > now()) return cached.addresses;
    if (cache.size >= MAX_CACHED) cache.clear();
    const addresses = within(LOOKUP_TIMEOUT_MS, lookup(host), () => new Error("timed out"));
    cache.set(host, { expiresAt: now() + CACHE_TTL_MS, addresses });
    // Errors are not cached, so that a corrected name is found at once.
    addresses.catch(() => cache.delete(host));
    return addresses;
  }

  async function placesOf(host: string): Promise<Place[]> {
    const literal = host.startsWith("[") ? host.slice(1, -1) : host;
    if (host.startsWith("[") || isIpv4(host)) return [placeOf(literal)];
    // By definition, whatever a resolver answers (RFC 6761).
    if (/(^|\.)localhost\.?$/.test(host)) return ["loopback"];
    let addresses: string[] | null;
    try {
      addresses = await addressesOf(host);
    } catch (error) {
      throw new NotConfigured(
        `${host} cannot be found (${networkError(error)}). Check the spelling of the destination's address.`,
      );
    }
    if (addresses?.length === 0)
      throw new NotConfigured(`${host} has no address. Check the spelling of the destination's address.`);
    return addresses?.map(placeOf) ?? ["public"];
  }

  return async (url, env) => {
    // The address may contain a secret: messages name its host only.
    const address = URL.canParse(url) ? new URL(url) : undefined;
    if (!address) throw new NotConfigured(`The destination's address is not a URL. ${ADVICE}.`);
    const { protocol, hostname: host } = address;
    if (protocol !== "https:" && protocol !== "http:")
      throw new NotConfigured(`An address that begins with ${protocol} cannot be sent to. ${ADVICE}.`);
    if (address.username || address.password)
      throw new NotConfigured(
        `The address at ${host} contains a user or a password, which logs would show. ` +
          "Leave it out; requests are signed.",
      );

    const places = await placesOf(host);
    const forbidden = places.find((place) => place !== "public" && place !== "loopback");
    if (forbidden)
      throw new NotConfigured(`${host} is ${forbidden} address, not one of the public internet. ${ADVICE}.`);
    if (places.includes("loopback") && env("OUTBOUND_ALLOW_LOOPBACK") !== "true")
      throw new NotConfigured(
        `${host} is this machine itself. ${ADVICE}; in development, set OUTBOUND_ALLOW_LOOPBACK=true.`,
      );
    if (protocol === "http:" && places.includes("public"))
      throw new NotConfigured(`A request to ${host} over http could be read on the way. ${ADVICE}.`);
  };
}

/**
 * The platform's own resolver, which its connections use. Imported when first needed: the courier also runs without
 * one.
 */
async function systemLookup(host: string): Promise<string[] | null> {
  const dns = await import("node:dns/promises").catch(() => null);
  if (typeof dns?.lookup !== "function") return null;
  return (await dns.lookup(host, { all: true })).map(({ address }) => address);
}

/** In the form that the URL parser writes: it converts decimal, octal, hexadecimal and short forms into this one. */
function isIpv4(text: string): boolean {
  return /^\d{1,3}(\.\d{1,3}){3}$/.test(text);
}

/** What kind of address it is, by IANA's registries of special-purpose addresses. */
export function placeOf(address: string): Place {
  if (isIpv4(address)) return placeOfIpv4(address.split(".").reduce((number, part) => number * 256 + Number(part), 0));
  const groups = groupsOf(address);
  return groups ? placeOfIpv6(groups) : "an unreadable";
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

/** Only 2000::/3 is allocated. The rest is forbidden, except the forms in which a system writes an IPv4 address. */
function placeOfIpv6(groups: number[]): Place {
  const [a, b, c, d, e, f] = groups as [number, number, number, number, number, number];
  const ipv4 = () => placeOfIpv4(groups[6]! * 65536 + groups[7]!);
  const zeros = (count: number) => groups.slice(0, count).every((group) => group === 0);
  if (zeros(7) && groups[7]! <= 1) return groups[7] === 1 ? "loopback" : "an unspecified";
  if (zeros(5) && f === 0xffff) return ipv4(); // mapped
  if (a === 0x64 && b === 0xff9b && c === 0 && d === 0 && e === 0 && f === 0) return ipv4(); // NAT64
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

/** The eight groups of an IPv6 address; null for anything else. */
function groupsOf(address: string): number[] | null {
  // A resolver may append the interface (%eth0). The URL parser reads every other form.
  const written = `http://[${address.replace(/%.*$/, "")}]/`;
  if (!URL.canParse(written)) return null;
  const [head = "", tail] = new URL(written).hostname.slice(1, -1).split("::");
  const numbers = (text: string) => (text === "" ? [] : text.split(":").map((group) => Number.parseInt(group, 16)));
  const first = numbers(head);
  const last = numbers(tail ?? "");
  return [...first, ...Array<number>(8 - first.length - last.length).fill(0), ...last];
}
