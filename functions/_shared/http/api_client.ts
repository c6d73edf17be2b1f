/**
 * A client for a provider's API: JSON over HTTP with a timeout, a few retries, and errors that say what to do.
 *
 *     const api = openApi({ name: "fapshi", base, headers: { apiuser, apikey } });
 *     const { text, json } = await api.get("/payment-status/abc", { signal });
 */
import type { Environment } from "../platform/environment.ts";
import { redact } from "../platform/redact.ts";
import { sleep } from "../platform/sleep.ts";
import { storable } from "../platform/storable.ts";
import { anySignal, timeoutSignal } from "../platform/timeout_signal.ts";
import { networkError } from "./network_error.ts";
import { allOf } from "./streams.ts";

export interface ApiOptions {
  /** The provider's name, for error messages. */
  name: string;
  /** The URL that paths are appended to, without a slash at the end: see `baseOf`. */
  base: string;
  /** Sent with every call, for example credentials. A function is called again for every try. */
  headers: Record<string, string> | ((signal?: AbortSignal) => Promise<Record<string, string>>);
  /** How long one try may take, in ms. Default: 10,000. */
  timeout?: number;
  /** How the body of an answer becomes `json`. Default JSON.parse. */
  parse?: (text: string) => unknown;
}

export interface ApiCall {
  query?: Record<string, string | number | boolean | string[] | undefined>;
  headers?: Record<string, string>;
  /** An object is sent as JSON; text is sent unchanged. */
  body?: object | string;
  /** Whether the call may be sent twice without harm, so that it is retried. GET is always retried. */
  idempotent?: boolean;
  signal?: AbortSignal;
}

export interface ApiAnswer {
  status: number;
  headers: Headers;
  /** The body, unchanged. */
  text: string;
  /**
   * The parsed body; null if it is empty. Numbers are floats: to read money in major units, let `parse` be
   * `decimalsAsText`.
   */
  json: unknown;
}

export interface Api {
  get(path: string, call?: ApiCall): Promise<ApiAnswer>;
  post(path: string, call?: ApiCall): Promise<ApiAnswer>;
  patch(path: string, call?: ApiCall): Promise<ApiAnswer>;
  delete(path: string, call?: ApiCall): Promise<ApiAnswer>;
}

/**
 * Why a call failed: no_answer (network error, timeout or abort), rate_limited (429), unavailable (5xx, 408),
 * unauthorized (401, 403: check the credentials), not_found (404), refused (any other 4xx), unexpected_answer (not
 * JSON, too large, a redirect, or not the documented shape).
 */
export type ApiErrorCode =
  | "no_answer"
  | "rate_limited"
  | "unavailable"
  | "unauthorized"
  | "not_found"
  | "refused"
  | "unexpected_answer";

/** A call of a provider's API failed. */
export class ApiError extends Error {
  override name = "ApiError";
  constructor(
    readonly code: ApiErrorCode,
    message: string,
    /** `body`: the response, cut to 20,000 characters. `issue`: the provider's own error code. */
    readonly details: { status?: number; body?: string; issue?: string; retryAfterMs?: number } = {},
  ) {
    super(message);
  }
  /** Its message as a sentence. Some providers end theirs with a full stop, others do not. */
  get sentence(): string {
    return /[.!?]$/.test(this.message) ? this.message : `${this.message}.`;
  }
  /** Whether the call may succeed later. */
  get temporary(): boolean {
    return (
      this.code === "no_answer" ||
      this.code === "rate_limited" ||
      this.code === "unavailable" ||
      this.code === "unexpected_answer"
    );
  }
}

/** The base URL of an API without a slash at its end: the value of `variable` if it is set, else `live`. */
export function baseOf(env: Environment, variable: string, live: string): string {
  return (env(variable) || live).replace(/\/+$/, "");
}

/** How often a call that may be repeated is tried. */
const MAX_TRIES = 3;
/** The longest Retry-After that is waited for here; a longer one is left to the caller. */
const MAX_WAIT_MS = 5000;
const MAX_ANSWER_BYTES = 50_000_000;

/** @throws ApiError from every call that fails, see `ApiErrorCode`. */
export function openApi({ name, base, headers, timeout = 10_000, parse = JSON.parse }: ApiOptions): Api {
  async function call(
    method: "GET" | "POST" | "PATCH" | "DELETE",
    path: string,
    options: ApiCall = {},
  ): Promise<ApiAnswer> {
    const tries = method === "GET" || options.idempotent ? MAX_TRIES : 1;
    for (let n = 1; ; n++) {
      try {
        return await tryOnce(method, path, options);
      } catch (error) {
        const wait =
          error instanceof ApiError && error.temporary
            ? (error.details.retryAfterMs ?? 200 * 2 ** n)
            : Number.POSITIVE_INFINITY;
        if (n >= tries || wait > MAX_WAIT_MS || options.signal?.aborted) throw error;
        await sleep(wait * (1 + Math.random() / 4), options.signal);
        if (options.signal?.aborted) throw error;
      }
    }
  }

  async function tryOnce(
    method: string,
    path: string,
    { query, body, signal, ...options }: ApiCall,
  ): Promise<ApiAnswer> {
    const url = addressOf(name, base, path);
    for (const [key, value] of Object.entries(query ?? {})) {
      if (Array.isArray(value)) for (const one of value) url.searchParams.append(key, one);
      else if (value !== undefined) url.searchParams.set(key, String(value));
    }
    const what = `${name}: ${method} ${url.pathname}`;
    const { response, text } = await exchange(what, timeout, signal, async (ending) =>
      fetch(url, {
        method,
        redirect: "manual",
        headers: {
          accept: "application/json",
          ...(typeof body === "object" && { "content-type": "application/json" }),
          ...(typeof headers === "function" ? await headers(signal) : headers),
          ...options.headers,
        },
        ...(body !== undefined && { body: typeof body === "object" ? JSON.stringify(body) : body }),
        signal: ending,
      }),
    );
    const details = { status: response.status, body: text.slice(0, 20_000), ...retryAfter(response.headers) };
    if (!response.ok)
      throw new ApiError(codeOf(response.status), `${what} answered ${response.status}${messageIn(text)}`, details);
    try {
      return { status: response.status, headers: response.headers, text, json: text === "" ? null : parse(text) };
    } catch {
      throw new ApiError("unexpected_answer", `${what} answered ${response.status}, but not with JSON`, details);
    }
  }

  return {
    get: (path, options) => call("GET", path, options),
    post: (path, options) => call("POST", path, options),
    patch: (path, options) => call("PATCH", path, options),
    delete: (path, options) => call("DELETE", path, options),
  };
}

/** The URL of a path of an API. @throws ApiError when `base` is no URL. */
export function addressOf(name: string, base: string, path: string): URL {
  if (URL.canParse(base + path)) return new URL(base + path);
  // Its text is not quoted: what was set instead of an address may be a secret.
  const variable = `${name.toUpperCase()}_BASE_URL`;
  throw new ApiError("no_answer", `${name}: the address of its API is not a URL. Check ${variable}.`);
}

/**
 * Sends a request once, and reads its answer to the end, for at most `timeout` ms and no longer than until `ending`.
 * The answer is limited to 50 MB, since an endless one would exhaust the memory of this worker.
 *
 * @param what Names the call in errors: "stripe: GET /v1/events".
 * @throws ApiError no_answer, or unexpected_answer when it is larger.
 */
export async function exchange(
  what: string,
  timeout: number,
  ending: AbortSignal | undefined,
  send: (signal: AbortSignal) => Promise<Response>,
): Promise<{ response: Response; text: string }> {
  const timedOut = timeoutSignal(timeout);
  try {
    const response = await send(ending ? anySignal(timedOut, ending) : timedOut);
    const body = await allOf(response.body, MAX_ANSWER_BYTES);
    if (!body) throw new ApiError("unexpected_answer", `${what} answered more than ${MAX_ANSWER_BYTES} bytes`);
    return { response, text: new TextDecoder().decode(body) };
  } catch (error) {
    if (error instanceof ApiError) throw error;
    const why = timedOut.aborted
      ? `no answer within ${timeout} ms`
      : ending?.aborted
        ? "given up"
        : `could not be reached: ${networkError(error)}`;
    throw new ApiError("no_answer", `${what}: ${why}`);
  }
}

/** The error code for the status of a response that is not 2xx. */
export function codeOf(status: number): ApiErrorCode {
  if (status === 429) return "rate_limited";
  if (status >= 500 || status === 408) return "unavailable";
  if (status === 401 || status === 403) return "unauthorized";
  if (status === 404) return "not_found";
  return status >= 400 ? "refused" : "unexpected_answer"; // redirects are not followed
}

/** The provider's own error message, if the body has one, as ": <message>". It is logged: APIs put no secrets there. */
function messageIn(text: string): string {
  try {
    const { message, error, error_description, name } = JSON.parse(text);
    const found = [
      error_description,
      message,
      error?.message,
      typeof error === "string" ? error : undefined,
      name,
    ].find((one) => typeof one === "string");
    return found ? `: ${storable(redact(found), 300)}` : "";
  } catch {
    return "";
  }
}

/** The Retry-After header (seconds or an HTTP date) in ms from `now`, at most one day; {} if there is none. */
export function retryAfter(headers: Headers, now = Date.now()): { retryAfterMs?: number } {
  const value = headers.get("retry-after")?.trim();
  if (!value) return {};
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now;
  return Number.isFinite(ms) ? { retryAfterMs: Math.max(0, Math.min(Math.round(ms), 86_400_000)) } : {};
}
