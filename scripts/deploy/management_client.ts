/**
 * Asks the Management API about one project, and changes it. What is known to fail for a moment is tried again: each
 * request here has the same effect twice as once, so that one whose response was lost may be repeated.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { Failure } from "../command.ts";
import { AGAIN, type ProjectAccess } from "./target.ts";

/** A request that did not succeed. */
export class ApiFailure extends Failure {
  constructor(
    message: string,
    /** Of the response; null: there was none. */
    readonly status: number | null,
  ) {
    super(message);
  }
}

export interface ManagementRequest {
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Sent as JSON, but for a form. */
  body?: unknown;
  accept?: string;
}

export interface ManagementClient {
  /** `path` is below the project: "" is the project itself. @throws ApiFailure that begins with `what` */
  send(path: string, what: string, request?: ManagementRequest): Promise<Response>;
  /** The same; the response's JSON. */
  ask(path: string, what: string, request?: ManagementRequest): Promise<unknown>;
  /** The same; undefined where the token may not read it (403), or this project's API does not have it (404). */
  askIfAllowed(path: string, what: string): Promise<unknown>;
}

const TRIES = 4;
/** Of all waits of one request together. */
const LONGEST_WAIT_MS = 60_000;
const FOR_A_MOMENT = new Set([429, 502, 503, 504]);
const LOST =
  /\b(ECONNRESET|EPIPE|ETIMEDOUT|EAI_AGAIN|UND_ERR_SOCKET|UND_ERR_CONNECT_TIMEOUT|UND_ERR_HEADERS_TIMEOUT)\b/;

/** How long a response asks to wait, in ms; undefined when it does not say. */
function retryAfter(response: Response): number | undefined {
  const value = response.headers.get("retry-after");
  if (value === null) return undefined;
  const seconds = Number(value);
  return Number.isFinite(seconds) ? seconds * 1000 : Math.max(0, Date.parse(value) - Date.now()) || undefined;
}

const codeOf = (error: unknown): string => {
  const { code, cause } = error as { code?: unknown; cause?: unknown };
  return `${code ?? ""} ${cause === undefined ? "" : codeOf(cause)}`;
};

/** What to do about a response of the Management API, or about output of the CLI that quotes one. */
export function advice(ref: string, text: string): string {
  if (/\b401\b|unauthorized|invalid access token/i.test(text)) {
    return "SUPABASE_ACCESS_TOKEN is not accepted: mistyped, expired or revoked. Create a new one at https://supabase.com/dashboard/account/tokens.";
  }
  if (/\b403\b|forbidden/i.test(text)) {
    return `SUPABASE_ACCESS_TOKEN may not do this on project ${ref}: it needs to read and write Edge Functions and their secrets, and to read the settings of Auth and Realtime.`;
  }
  if (/\b404\b/.test(text)) return `SUPABASE_ACCESS_TOKEN sees no project ${ref}: check --project.`;
  return AGAIN;
}

export function managementClient(access: ProjectAccess): ManagementClient {
  const { ref, token, apiUrl, signal, retryDelayMs } = access;
  const pause = access.wait ?? ((ms: number) => sleep(ms, undefined, { signal }));

  async function send(path: string, what: string, request: ManagementRequest = {}): Promise<Response> {
    const { method = "GET", body, accept = "application/json" } = request;
    const isForm = body instanceof FormData;
    let waited = 0;
    for (let tried = 1; ; tried++) {
      let wait = retryDelayMs * 2 ** (tried - 1);
      let failure: ApiFailure;
      try {
        const response = await access.fetch(`${apiUrl}/v1/projects/${ref}${path === "" ? "" : `/${path}`}`, {
          method,
          ...(body !== undefined && { body: isForm ? body : JSON.stringify(body) }),
          headers: {
            authorization: `Bearer ${token}`,
            accept,
            ...(body !== undefined && !isForm && { "content-type": "application/json" }),
          },
          signal,
        });
        if (response.ok) return response;
        // A deletion whose response was lost: it is gone.
        if (method === "DELETE" && response.status === 404 && tried > 1) return response;
        const text = (await response.text().catch(() => "")).slice(0, 500);
        const about = /"message":\s*"([^"]+)"/.exec(text)?.[1];
        failure = new ApiFailure(
          `${what} (status ${response.status}${about === undefined ? "" : `: ${about}`}).\n` +
            advice(ref, String(response.status)),
          response.status,
        );
        if (!FOR_A_MOMENT.has(response.status)) throw failure;
        wait = retryAfter(response) ?? wait;
      } catch (error) {
        signal?.throwIfAborted();
        if (error instanceof ApiFailure) throw error;
        const code = codeOf(error).trim();
        failure = new ApiFailure(
          `${what}: ${(error as Error).message}${code === "" ? "" : ` (${code.split(/\s+/).pop()})`}. ${AGAIN}`,
          null,
        );
        if (!LOST.test(code)) throw failure;
      }
      if (tried === TRIES || waited + wait > LONGEST_WAIT_MS) throw failure;
      waited += wait;
      await pause(wait);
    }
  }

  const ask: ManagementClient["ask"] = async (path, what, request) => {
    const text = await (await send(path, what, request)).text();
    try {
      return text === "" ? null : JSON.parse(text);
    } catch {
      throw new ApiFailure(`${what}: the Management API answered something that is not JSON. ${AGAIN}`, null);
    }
  };

  return {
    send,
    ask,
    async askIfAllowed(path, what) {
      try {
        return await ask(path, what);
      } catch (error) {
        if (error instanceof ApiFailure && (error.status === 403 || error.status === 404)) return undefined;
        throw error;
      }
    },
  };
}
