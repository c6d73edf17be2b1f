/**
 * The reason why a request got no response, in our own text. The runtime's error message is never passed on: Deno's
 * contains header values and the whole URL, which may be a secret (make.com's is).
 */

/** Patterns of the name, code and message of an error, and their meaning. The first match is used. */
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

/** Why a request got no response, such as "the connection was refused". Contains nothing of the runtime's message. */
export function networkError(error: unknown): string {
  const parts: string[] = [];
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    parts.push(at.name, String((at as { code?: unknown }).code ?? ""), at.message);
  }
  const text = parts.join(" ");
  return CAUSES.find(([cause]) => cause.test(text))?.[1] ?? "the request failed";
}
