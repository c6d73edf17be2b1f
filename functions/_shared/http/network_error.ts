/**
 * Why a request got no answer, in words of our own. A runtime's text is never passed on: Deno's carries the whole address, which may be
 * a secret (make.com's is), and header values.
 */

/** What an error's text or code must hold, and what it means. The first that fits. */
const CAUSES: [RegExp, string][] = [
  [/TimeoutError|timed? ?out|ETIMEDOUT|deadline/i, "no answer in time"],
  [/dns|resolve|ENOTFOUND|EAI_AGAIN|lookup/i, "its host name cannot be resolved"],
  [/refused|ECONNREFUSED/i, "the connection was refused"],
  [/certificate|CERT_|tls|ssl|handshake|UnknownIssuer/i, "the TLS connection failed: check its certificate"],
  [
    /reset|ECONNRESET|EPIPE|broken pipe|aborted|socket hang up|closed|incomplete|end of file|EOF/i,
    "the connection broke off",
  ],
  [/unreachable|EHOSTUNREACH|ENETUNREACH/i, "its network cannot be reached"],
  [/header|ByteString/i, "a header cannot be sent: an API key or secret holds a character that no header may have"],
  [/redirect/i, "it redirects"],
];

/** What kept a request from being answered, such as "the connection was refused". Holds nothing of the runtime's text. */
export function networkError(error: unknown): string {
  const parts: string[] = [];
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    parts.push(at.name, String((at as { code?: unknown }).code ?? ""), at.message);
  }
  const text = parts.join(" ");
  return CAUSES.find(([cause]) => cause.test(text))?.[1] ?? "the request failed";
}
