/**
 * Which network a request comes from, to count its checkouts (commerce.take_checkout_token). A caller may write any
 * header, so only what the platform itself writes last is read.
 */
import { sha256, toHex } from "../crypto/signature.ts";

/**
 * The caller's IP address: `cf-connecting-ip`, which Cloudflare, in front of hosted Supabase, sets whatever the caller
 * sent; without it, the last element of `x-forwarded-for`, which the nearest proxy appends. The first element is the
 * caller's own to choose. Null when there is neither.
 */
export function clientAddress(headers: Headers): string | null {
  const address = headers.get("cf-connecting-ip") || headers.get("x-forwarded-for")?.split(",").at(-1);
  return address?.trim().slice(0, 64) || null;
}

/**
 * SHA-256, in hex, of the network of an address: IPv4 as it is; of IPv6 the first 64 bits, since one household or
 * server has all addresses below them. The address itself is never stored.
 */
export async function networkHash(address: string): Promise<string> {
  return toHex(await sha256(networkOf(address)));
}

/** "2001:db8::1" becomes "2001:db8:0:0::/64"; an IPv4 address stays, also one written as IPv6. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped || !address.includes(":")) return mapped ?? address;
  const [head, tail] = address.toLowerCase().split("::") as [string, string?];
  const groups = (part: string) => part.split(":").filter((group) => group !== "");
  const [before, after] = [groups(head), groups(tail ?? "")];
  const zeros = Array<string>(Math.max(8 - before.length - after.length, 0)).fill("0");
  const first = [...before, ...zeros, ...after].slice(0, 4);
  return `${first.map((group) => group.replace(/^0+(?=.)/, "")).join(":")}::/64`;
}
