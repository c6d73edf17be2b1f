/**
 * Where a buyer comes back to from the provider. Only to places that STOREFRONT_URL names: a link of ours to a shop's checkout must never
 * lead to somebody else's page.
 *
 *     STOREFRONT_URL="https://shop.example.com myapp://checkout"
 */

import { HttpError } from "../http/http_error.ts";
import type { RedirectUrls } from "../providers/payment_gateway.ts";

const LONGEST = 2000;

/** As asked for, else the storefront's own pages. Both are checked. @throws TurnedAway */
export function redirectUrlsFrom(
  setting: string | undefined,
  asked: { [Name in keyof RedirectUrls]: string | null },
): RedirectUrls {
  const places = placesIn(setting);
  const page = (path: string) => places[0]!.href.replace(/\/*$/, path);
  return {
    success_url:
      asked.success_url === null ? page("/checkout/success") : checked("success_url", asked.success_url, places),
    cancel_url:
      asked.cancel_url === null ? page("/checkout/cancelled") : checked("cancel_url", asked.cancel_url, places),
  };
}

/** Both addresses, naming the checkout in their query. */
export function withCheckoutId(checkoutId: string, { success_url, cancel_url }: RedirectUrls): RedirectUrls {
  const named = (address: string) => {
    const url = new URL(address);
    // Written by hand: URLSearchParams would write the rest of the query anew, and not as it came.
    const others = url.search
      .slice(1)
      .split("&")
      .filter((one) => one !== "" && !new URLSearchParams(one).has("checkout_session_id"));
    url.search = [...others, `checkout_session_id=${checkoutId}`].join("&");
    return url.href;
  };
  return { success_url: named(success_url), cancel_url: named(cancel_url) };
}

function placesIn(setting: string | undefined): URL[] {
  const places = (setting ?? "").split(/\s+/).filter(Boolean);
  const urls = places.map((place) => parse(place)).filter((url) => url !== null);
  if (places.length > 0 && urls.length === places.length) return urls;
  throw new HttpError(
    503,
    "not_configured",
    "STOREFRONT_URL is not set, or holds something that is no address. Set it to where buyers come back to, such as https://shop.example.com myapp://checkout.",
  );
}

function checked(name: string, address: string, places: URL[]): string {
  const url = address.length <= LONGEST ? parse(address) : null;
  // What was read is what is used: another reader of the same text may see another host in it.
  if (url && places.some((place) => isAllowedRedirect(place, url))) return url.href;
  throw new HttpError(
    400,
    "redirect_not_allowed",
    `${name} leads to a place that is not the storefront's. Use an address below one that STOREFRONT_URL names, or leave it out.`,
  );
}

function isAllowedRedirect(place: URL, url: URL): boolean {
  const path = place.pathname.replace(/\/*$/, "");
  return (
    url.protocol === place.protocol &&
    // An app's scheme alone (myapp://) is all of the app.
    (url.host === place.host || (place.host === "" && !isWeb(place))) &&
    (url.pathname === path || url.pathname.startsWith(`${path}/`))
  );
}

/** Null for what is no address to send a buyer to: http (but on this machine), scripts, one with a name and password. */
function parse(address: string): URL | null {
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    return null;
  }
  if (url.username !== "" || url.password !== "") return null;
  if (url.protocol === "http:" && !/^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname)) return null;
  return isWeb(url) || /^[a-z][a-z0-9+.-]*:\/\//i.test(address) ? url : null;
}

const isWeb = ({ protocol }: URL) => protocol === "https:" || protocol === "http:";
