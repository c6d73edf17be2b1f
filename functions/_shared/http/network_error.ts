/**
 * The reason why a request got no response, in our own text. The runtime's error message is never passed on: Deno's
 * contains header values and the whole URL, which may be a secret (make.com's is).
 */

/** Patterns of the name, code and message of an error, and their meaning. The first match is used. */
const CAUSES: [RegExp, string][] = [
  [/TimeoutError|timed? ?out|ETIMEDOUT|deadline/i, "no answer in time"],
  [/dns|resolve|ENOTFOUND|EAI_AGAIN|lookup/i, "its host name cannot be resolved"],
  [/refused|ECONNREFUSED/i, "the connection was refused"],
  [
    /certificate|CERT_|tls|ssl|handshake|UnknownIssuer|corrupt message/i,
    "the TLS connection failed: check its certificate",
  ],
  [
    /reset|ECONNRESET|EPIPE|broken pipe|aborted|socket hang up|closed|incomplete|end of file|EOF/i,
    "the connection broke off",
  ],
  [/unreachable|EHOSTUNREACH|ENETUNREACH/i, "its network cannot be reached"],
  [/header|ByteString/i, "a header cannot be sent: an API key or secret holds a character that no header may have"],
  [/redirect/i, "it redirects"],
  [/invalid HTTP|parse|HPE_|UND_ERR_RES/i, "its answer is no HTTP"],
  [/requests to port|bad port/i, "its port is one that requests may not be sent to"],
];

/** Why a request got no response, such as "the connection was refused". Contains nothing of the runtime's message. */
export function networkError(error: unknown): string {
  // Without the URL: its words say nothing of the reason.
  const text = chainOf(error)
    .map((one) => `${kindOf(one)} ${one.message.replace(/\w+:\/\/\S*/g, "")}`)
    .join(" ");
  return CAUSES.find(([cause]) => cause.test(text))?.[1] ?? "the request failed";
}

/** The names and codes of an error and its causes, for a log: "TypeError, Error ECONNRESET". No message is in it. */
export function errorKinds(error: unknown): string {
  return chainOf(error).map(kindOf).join(", ") || typeof error;
}

function chainOf(error: unknown): Error[] {
  const chain: Error[] = [];
  for (let at: unknown = error; at instanceof Error && chain.length < 5; at = at.cause) chain.push(at);
  return chain;
}

function kindOf(error: Error): string {
  const { code } = error as { code?: unknown };
  return code === undefined ? error.name : `${error.name} ${code}`;
}
