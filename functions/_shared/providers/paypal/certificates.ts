/**
 * The certificates that PayPal signs webhooks with. A webhook names the URL of its certificate, and a forged webhook
 * can name any URL: certificates are fetched only from PayPal's hosts, and must chain to a pinned DigiCert root.
 */

import { DIGICERT_INTERMEDIATES, DIGICERT_ROOTS } from "../../crypto/certificates/digicert.ts";
import { type Certificate, chainTo, readPem } from "../../crypto/certificates/x509.ts";
import { type RefusedVerdict, refuse, refuseForNow } from "../../crypto/verdict.ts";
import { allOf } from "../../http/streams.ts";
import type { Environment } from "../../platform/environment.ts";

export interface Certificates {
  /**
   * The public key of the certificate at `url`, or the refusal of the webhook that names it. Never throws.
   * @param now When the webhook was received, in ms since the epoch.
   */
  keyAt(url: string, now: number, env: Environment): Promise<CryptoKey | RefusedVerdict>;
}

const HOSTS = ["api.paypal.com", "api-m.paypal.com", "api.sandbox.paypal.com", "api-m.sandbox.paypal.com"];
const PATH = "/v1/notifications/certs/";

const TIMEOUT_MS = 5000;
const MAX_BYTES = 65_536;
/** The most downloads at a time, so that requests with invented URLs cost PayPal and us little. */
const MAX_DOWNLOADS = 5;
/** How long a download is cached when it failed or its certificate is not trusted. */
const DOWNLOAD_TTL_MS = 10_000;
/** How long a trusted certificate is cached. */
const TRUSTED_TTL_MS = 86_400_000;
/** The most entries of each cache. */
const MAX_CACHED = 50;

/** @param get Replaces `fetch` in tests. */
export function openCertificates(get: typeof fetch = fetch): Certificates {
  /** Recent downloads, finished or not, by URL. */
  const downloads = new Map<string, { until: number; certificates: Promise<Certificate[]> }>();
  /** Keys of trusted certificates, by URL and own roots. */
  const trusted = new Map<string, { from: number; to: number; key: CryptoKey }>();
  let running = 0;

  async function download(url: string): Promise<Certificate[]> {
    if (running >= MAX_DOWNLOADS) throw new Error("too many downloads are running");
    running++;
    try {
      const response = await get(url, { redirect: "manual", signal: AbortSignal.timeout(TIMEOUT_MS) });
      if (!response.ok) {
        await response.body?.cancel();
        throw new Error(`the response is ${response.status}`);
      }
      const body = await allOf(response.body, MAX_BYTES);
      if (!body) throw new Error(`the response is larger than ${MAX_BYTES} bytes`);
      const certificates = readPem(new TextDecoder().decode(body));
      if (certificates.length === 0) throw new Error("the response contains no certificate");
      return certificates;
    } finally {
      running--;
    }
  }

  function fetchCached(url: string, now: number): Promise<Certificate[]> {
    const recent = downloads.get(url);
    if (recent && now < recent.until) return recent.certificates;
    const certificates = download(url);
    cache(downloads, url, { until: now + DOWNLOAD_TTL_MS, certificates });
    return certificates;
  }

  return {
    async keyAt(url, now, env) {
      const refusal = refusalOf(url, env);
      if (refusal) return refusal;
      const ownRoots = env("PAYPAL_TRUSTED_ROOTS") ?? "";
      const cacheKey = `${url} ${ownRoots}`;
      const known = trusted.get(cacheKey);
      if (known && known.from <= now && now <= known.to) return known.key;

      let certificates: Certificate[];
      try {
        certificates = await fetchCached(url, now);
      } catch (error) {
        return refuseForNow(
          "certificate_unreachable",
          `PayPal's certificate at ${url} could not be fetched: ${(error as Error).message}. ` +
            "PayPal sends the webhook again.",
        );
      }
      const { chain, reason } = await findChain(certificates, ownRoots, now);
      if (!chain)
        return refuse(
          "certificate_not_trusted",
          `The certificate at ${url} ${reason}. Check that PayPal sent this webhook.`,
        );
      try {
        const algorithm = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
        const key = await crypto.subtle.importKey("spki", chain[0]!.key, algorithm, false, ["verify"]);
        const from = Math.max(...chain.map((certificate) => certificate.from));
        const to = Math.min(now + TRUSTED_TTL_MS, ...chain.map((certificate) => certificate.to));
        cache(trusted, cacheKey, { from, to, key });
        return key;
      } catch {
        return refuse(
          "certificate_not_trusted",
          `The certificate at ${url} has no RSA key. PayPal signs with RSA: check that PayPal sent this webhook.`,
        );
      }
    },
  };
}

/** Null when `url` is the URL of a PayPal certificate. No other URL is ever fetched. */
function refusalOf(url: string, env: Environment) {
  // PAYPAL_BASE_URL is our own setting, so it is trusted: tests point it at a stand-in without https.
  const bases = [...HOSTS.map((host) => `https://${host}`), (env("PAYPAL_BASE_URL") ?? "").replace(/\/+$/, "")];
  // Compared as text, so that nothing that two URL parsers may read differently (user@host, ports, .., ?, #) is
  // accepted.
  const isAllowed = bases.some(
    (base) => base && url.startsWith(base + PATH) && /^[A-Za-z0-9_-]+$/.test(url.slice((base + PATH).length)),
  );
  if (isAllowed) return null;
  const host = URL.canParse(url) ? new URL(url).hostname : "";
  if (HOSTS.includes(host)) {
    return refuse(
      "certificate_url_not_allowed",
      `PAYPAL-CERT-URL is not https://${host}${PATH}<name>, the form of PayPal's certificate URLs.`,
    );
  }
  return refuse(
    "certificate_host_not_allowed",
    `The host of PAYPAL-CERT-URL is not one of PayPal's (${HOSTS.join(", ")}). Check that PayPal sent this webhook.`,
  );
}

/**
 * The chain from PayPal's leaf certificate, the first of those served, up to a pinned root; or the reason why there is
 * none.
 */
async function findChain(
  [leaf, ...served]: Certificate[],
  ownRoots: string,
  now: number,
): Promise<{ chain?: Certificate[]; reason?: string }> {
  if (now < leaf!.from || leaf!.to < now) {
    return {
      reason: `is valid from ${new Date(leaf!.from).toISOString()} to ${new Date(leaf!.to).toISOString()} only`,
    };
  }
  // The rule of PayPal's own Python SDK (paypalrestsdk/notifications.py).
  if (!leaf!.names.some((name) => name.endsWith(".paypal.com"))) return { reason: "is not in the name of paypal.com" };
  let roots: Certificate[];
  try {
    roots = [...readPem(DIGICERT_ROOTS), ...readPem(ownRoots.replaceAll("\\n", "\n"))];
  } catch (error) {
    return { reason: `cannot be verified: PAYPAL_TRUSTED_ROOTS cannot be read (${(error as Error).message})` };
  }
  const chain = await chainTo(roots, leaf!, [...served, ...readPem(DIGICERT_INTERMEDIATES)], now);
  return chain ? { chain } : { reason: "does not chain to a DigiCert root" };
}

/** Adds an entry to a cache, and removes the oldest one when the cache is full. */
function cache<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  if (map.size >= MAX_CACHED) map.delete(map.keys().next().value!);
  map.set(key, value);
}
