/**
 * The addresses to which a provider sends the buyer back. They must lie below an address in STOREFRONT_URL: otherwise a link to the
 * shop's checkout could send a buyer to somebody else's page (an open redirect).
 *
 *     STOREFRONT_URL="https://shop.example.com myapp://checkout"
 */

import { HttpError } from "../http/http_error.ts";
import type { RedirectUrls } from "../providers/payment_gateway.ts";

const MAX_URL_LENGTH = 2000;

/**
 * The requested addresses or, where there is none, pages of the first address in STOREFRONT_URL.
 * @throws HttpError 400 redirect_not_allowed, 503 not_configured
 */
export function resolveRedirectUrls(
  storefrontUrl: string | undefined,
  requested: { [Name in keyof RedirectUrls]: string | null },
): RedirectUrls {
  const allowed = parseStorefrontUrl(storefrontUrl);
  const page = (path: string) => allowed[0]!.href.replace(/\/*$/, path);
  return {
    success_url:
      requested.success_url === null
        ? page("/checkout/success")
        : checked("success_url", requested.success_url, allowed),
    cancel_url:
      requested.cancel_url === null
        ? page("/checkout/cancelled")
        : checked("cancel_url", requested.cancel_url, allowed),
  };
}

/** Both addresses with `checkout_session_id` in their query. */
export function withCheckoutId(checkoutId: string, { success_url, cancel_url }: RedirectUrls): RedirectUrls {
  const withId = (address: string) => {
    const url = new URL(address);
    // Not by URLSearchParams, which would encode the rest of the query anew.
    const others = url.search
      .slice(1)
      .split("&")
      .filter((parameter) => parameter !== "" && !new URLSearchParams(parameter).has("checkout_session_id"));
    url.search = [...others, `checkout_session_id=${checkoutId}`].join("&");
    return url.href;
  };
  return { success_url: withId(success_url), cancel_url: withId(cancel_url) };
}

function parseStorefrontUrl(storefrontUrl: string | undefined): URL[] {
  const addresses = (storefrontUrl ?? "").split(/\s+/).filter(Boolean);
  const urls = addresses.map((address) => parse(address)).filter((url) => url !== null);
  if (addresses.length > 0 && urls.length === addresses.length) return urls;
  throw new HttpError(
    503,
    "not_configured",
    "STOREFRONT_URL is not set, or holds something that is not an address of a page. Set it to where buyers come back to, such as https://shop.example.com myapp://checkout.",
  );
}

function checked(name: string, address: string, allowed: URL[]): string {
  const url = address.length <= MAX_URL_LENGTH ? parse(address) : null;
  // Returns the parsed address: another parser may find another host in the same text.
  if (url && allowed.some((base) => isAllowedRedirect(base, url))) return url.href;
  throw new HttpError(
    400,
    "redirect_not_allowed",
    `${name} is not an address of the storefront. Use an address below one of those in STOREFRONT_URL, or leave it out.`,
  );
}

function isAllowedRedirect(base: URL, url: URL): boolean {
  const path = base.pathname.replace(/\/*$/, "");
  return (
    url.protocol === base.protocol &&
    // An app's scheme alone (myapp://) allows every address of the app.
    (url.host === base.host || (base.host === "" && !isWeb(base))) &&
    (url.pathname === path || url.pathname.startsWith(`${path}/`))
  );
}

/** Null for an address that no buyer is sent to: http (but to this machine), a script, one with a user or password. */
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
