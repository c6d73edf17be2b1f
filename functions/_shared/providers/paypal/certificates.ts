/**
 * The certificates that PayPal's messages are signed with. A message names the address of its certificate, and whoever wrote the
 * message wrote that too: only PayPal's own addresses are asked, and what they answer has to prove itself.
 */

import { DIGICERT_INTERMEDIATES, DIGICERT_ROOTS } from "../../crypto/certificates/digicert.ts";
import { type Certificate, chainTo, readPem } from "../../crypto/certificates/x509.ts";
import { type RefusedVerdict, refuse, refuseForNow } from "../../crypto/verdict.ts";
import { allOf } from "../../http/streams.ts";
import type { Environment } from "../../platform/environment.ts";

export interface Certificates {
  /** The key of the certificate at `url`, for a message that came at `now` (ms); or the refusal of that message. Never throws. */
  keyAt(url: string, now: number, env: Environment): Promise<CryptoKey | RefusedVerdict>;
}

const HOSTS = ["api.paypal.com", "api-m.paypal.com", "api.sandbox.paypal.com", "api-m.sandbox.paypal.com"];
const PATH = "/v1/notifications/certs/";

const TIMEOUT_MS = 5000;
const MAX_BYTES = 65_536;
/** Certificates fetched at once: made-up addresses cost PayPal and us no more than this. */
const AT_ONCE = 5;
/** How long an answer is good for when its certificate was not believed, or there was none, in ms. */
const SHORT = 10_000;
/** How long a certificate that was believed is. */
const LONG = 86_400_000;
const REMEMBERED = 50;

/** `get`: how to fetch, for tests. */
export function openCertificates(get: typeof fetch = fetch): Certificates {
  /** What each address answered lately, or is about to. */
  const answers = new Map<string, { until: number; certificates: Promise<Certificate[]> }>();
  const believed = new Map<string, { from: number; to: number; key: CryptoKey }>();
  let underWay = 0;

  async function download(url: string): Promise<Certificate[]> {
    if (underWay >= AT_ONCE) throw new Error("too many are being fetched already");
    underWay++;
    try {
      const response = await get(url, { redirect: "manual", signal: AbortSignal.timeout(TIMEOUT_MS) });
      if (!response.ok) {
        await response.body?.cancel();
        throw new Error(`it answered ${response.status}`);
      }
      const body = await allOf(response.body, MAX_BYTES);
      if (!body) throw new Error(`it answered more than ${MAX_BYTES} bytes`);
      const certificates = readPem(new TextDecoder().decode(body));
      if (certificates.length === 0) throw new Error("it answered no certificate");
      return certificates;
    } finally {
      underWay--;
    }
  }

  function fetched(url: string, now: number): Promise<Certificate[]> {
    const last = answers.get(url);
    if (last && now < last.until) return last.certificates;
    const certificates = download(url);
    remember(answers, url, { until: now + SHORT, certificates });
    return certificates;
  }

  return {
    async keyAt(url, now, env) {
      const refused = refusalOf(url, env);
      if (refused) return refused;
      const ownRoots = env("PAYPAL_TRUSTED_ROOTS") ?? "";
      const name = `${url} ${ownRoots}`;
      const known = believed.get(name);
      if (known && known.from <= now && now <= known.to) return known.key;

      let certificates: Certificate[];
      try {
        certificates = await fetched(url, now);
      } catch (error) {
        return refuseForNow(
          "certificate_unreachable",
          `PayPal's certificate at ${url} could not be fetched: ${(error as Error).message}.`,
        );
      }
      const { chain, why } = await judge(certificates, ownRoots, now);
      if (!chain)
        return refuse(
          "certificate_not_trusted",
          `The certificate at ${url} ${why}. Was this message really sent by PayPal?`,
        );
      try {
        const algorithm = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
        const key = await crypto.subtle.importKey("spki", chain[0]!.key, algorithm, false, ["verify"]);
        const from = Math.max(...chain.map((one) => one.from));
        remember(believed, name, { from, to: Math.min(now + LONG, ...chain.map((one) => one.to)), key });
        return key;
      } catch {
        return refuse(
          "certificate_not_trusted",
          `The certificate at ${url} holds no RSA key, with which PayPal signs.`,
        );
      }
    },
  };
}

/** Null when `url` is one of PayPal's. Nothing is asked of any other. */
function refusalOf(url: string, env: Environment) {
  // Our own configuration may say where PayPal is: that is how its stand-in is asked, without https.
  const bases = [...HOSTS.map((host) => `https://${host}`), (env("PAYPAL_BASE_URL") ?? "").replace(/\/+$/, "")];
  // Compared as text, not as a parsed URL: what two parsers may read differently (user@host, ports, .., ?, #) cannot be there.
  const isOurs = bases.some(
    (base) => base && url.startsWith(base + PATH) && /^[A-Za-z0-9_-]+$/.test(url.slice((base + PATH).length)),
  );
  if (isOurs) return null;
  const host = URL.canParse(url) ? new URL(url).hostname : "";
  if (HOSTS.includes(host)) {
    return refuse(
      "certificate_url_not_allowed",
      `PAYPAL-CERT-URL is not https://${host}${PATH}<name>, where PayPal has its certificates.`,
    );
  }
  return refuse(
    "certificate_host_not_allowed",
    `PAYPAL-CERT-URL names none of PayPal's hosts (${HOSTS.join(", ")}). Anybody can sign with a certificate of his own.`,
  );
}

/** The chain from a pinned root down to the certificate of PayPal's messages, the first of those that were served; or why there is none. */
async function judge(
  [leaf, ...served]: Certificate[],
  ownRoots: string,
  now: number,
): Promise<{ chain?: Certificate[]; why?: string }> {
  if (now < leaf!.from || leaf!.to < now) {
    return { why: `is valid from ${new Date(leaf!.from).toISOString()} to ${new Date(leaf!.to).toISOString()} only` };
  }
  // The rule of PayPal's own Python SDK (paypalrestsdk/notifications.py).
  if (!leaf!.names.some((name) => name.endsWith(".paypal.com"))) return { why: "is not in the name of paypal.com" };
  let roots: Certificate[];
  try {
    roots = [...readPem(DIGICERT_ROOTS), ...readPem(ownRoots.replaceAll("\\n", "\n"))];
  } catch (error) {
    return { why: `cannot be judged: PAYPAL_TRUSTED_ROOTS cannot be read (${(error as Error).message})` };
  }
  const chain = await chainTo(roots, leaf!, [...served, ...readPem(DIGICERT_INTERMEDIATES)], now);
  return chain ? { chain } : { why: "does not go back to a DigiCert root by valid signatures" };
}

/** Forgets the oldest when there are too many. */
function remember<T>(map: Map<string, T>, name: string, value: T): void {
  map.delete(name);
  if (map.size >= REMEMBERED) map.delete(map.keys().next().value!);
  map.set(name, value);
}
