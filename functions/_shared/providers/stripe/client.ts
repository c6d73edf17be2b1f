/**
 * A client for Stripe's API: forms over HTTP, answered with JSON objects (docs.stripe.com/api). Not by Stripe's SDK,
 * which would be in the bundle of every function that may call it: docs/decisions/0011-stripe_by_fetch.md.
 */
import { object } from "../../facts/json_reader.ts";
import { ApiError, addressOf, codeOf, exchange, retryAfter } from "../../http/api_client.ts";
import { redact } from "../../platform/redact.ts";
import { sleep } from "../../platform/sleep.ts";
import { storable } from "../../platform/storable.ts";
import { formOf } from "./form.ts";

/**
 * The version of the API that calls are answered in, and that the SDK's types are of. Webhooks have their endpoint's
 * own.
 */
export const STRIPE_VERSION = "2026-10-28.endive";

/** How long one try may take, in ms. */
const TIMEOUT_MS = 10_000;
/** How often a call is tried. A second try has one effect with the first, by the idempotency key. */
const MAX_TRIES = 3;
/** Before the next try, in ms, unless the answer has a Retry-After. */
const RETRY_MS = 500;
/** The longest Retry-After that is waited for here, in ms; a longer one is left to the caller. */
const MAX_WAIT_MS = 5000;
/** Of what an answer says is wrong, in characters. */
const MAX_MESSAGE = 500;

/** Answers are objects of Stripe's, of the type that the path has; nothing but that they are objects is checked. */
export interface StripeClient {
  /** @throws ApiError */
  get<T extends object>(path: string, parameters?: object): Promise<T>;
  /** `key`: the idempotency key. Default: one for this call and its tries. @throws ApiError */
  post<T extends object>(path: string, parameters?: object, key?: string): Promise<T>;
}

interface Answer {
  response: Response;
  text: string;
}

/** `base`: the URL that paths are appended to. `ending` ends every call. `pause` waits between two tries. */
export function openClient(secretKey: string, base: string, ending?: AbortSignal, pause = sleep): StripeClient {
  const headers = {
    accept: "application/json",
    authorization: `Bearer ${secretKey}`,
    "stripe-version": STRIPE_VERSION,
  };

  async function call<T extends object>(path: string, query: string, post?: { body: string; key: string }): Promise<T> {
    const what = `stripe: ${post ? "POST" : "GET"} ${path}`;
    const url = addressOf("stripe", base, path + query);
    const request: RequestInit = post
      ? {
          ...{ method: "POST", body: post.body },
          headers: {
            ...headers,
            "content-type": "application/x-www-form-urlencoded",
            "idempotency-key": post.key,
          },
        }
      : { headers };
    for (let tries = 1; ; tries++) {
      const answer = await exchange(what, TIMEOUT_MS, ending, (signal) =>
        fetch(url, { ...request, redirect: "manual", signal }),
      ).catch((error: ApiError) => error);
      const wait = tries < MAX_TRIES && !ending?.aborted ? waitAfter(answer) : null;
      if (wait === null) return objectIn(what, answer) as T;
      await pause(wait * (1 + Math.random() / 4), ending);
      if (ending?.aborted) throw new ApiError("no_answer", `${what}: given up`);
    }
  }

  return {
    get: (path, parameters = {}) => {
      const query = formOf(parameters);
      return call(path, query && `?${query}`);
    },
    post: (path, parameters = {}, key = crypto.randomUUID()) => call(path, "", { body: formOf(parameters), key }),
  };
}

/** The path of an object. @throws ApiError when its id would lead to another path. */
export function pathOf(list: string, id: string): string {
  if (/^\.{0,2}$/.test(id)) throw new ApiError("refused", `stripe: ${JSON.stringify(id)} is no id of Stripe's`);
  return `${list}/${encodeURIComponent(id)}`;
}

/**
 * How long to wait for the next try, in ms; null: another try is of no use, or not wanted. Stripe says itself whether
 * one is; without its word, what it could not do for now is tried again: a conflict with another request, or an error
 * of its own (docs.stripe.com/error-low-level).
 */
function waitAfter(answer: Answer | ApiError): number | null {
  if (answer instanceof ApiError) return answer.code === "no_answer" ? RETRY_MS : null;
  const { status, headers } = answer.response;
  const word = headers.get("stripe-should-retry");
  const again = word === "true" || (word !== "false" && (status === 409 || status >= 500));
  const { retryAfterMs = RETRY_MS } = retryAfter(headers);
  return again && retryAfterMs <= MAX_WAIT_MS ? retryAfterMs : null;
}

/** The object of an answer. @throws ApiError when it has none. */
function objectIn(what: string, answer: Answer | ApiError): object {
  if (answer instanceof ApiError) throw answer;
  const { response, text } = answer;
  const { status } = response;
  const json = objectOf(text);
  if (!response.ok) {
    const { message, code } = (object.read(json?.error) ?? {}) as { message?: unknown; code?: unknown };
    const said = typeof message === "string" ? message : text;
    const shown = storable(redact(said.slice(0, 10 * MAX_MESSAGE)), MAX_MESSAGE).trim();
    throw new ApiError(codeOf(status), `${what} answered ${status}${shown && `: ${shown}`}`, {
      status,
      ...(typeof code === "string" && { issue: code }),
      ...retryAfter(response.headers),
    });
  }
  if (!json)
    throw new ApiError("unexpected_answer", `${what} answered ${status}, but not with a JSON object`, { status });
  return json;
}

function objectOf(text: string): Record<string, unknown> | undefined {
  try {
    return (object.read(JSON.parse(text)) ?? undefined) as Record<string, unknown> | undefined;
  } catch {
    return undefined;
  }
}
