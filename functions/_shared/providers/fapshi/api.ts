/** Fapshi's API (docs.fapshi.com): the status of a transaction, searches, and links to pay. */

import { id, Json, payPageLink } from "../../facts/json_reader.ts";
import { type ApiAnswer, type ApiCall, ApiError, baseOf, openApi } from "../../http/api_client.ts";
import type { Environment } from "../../platform/environment.ts";
import { messageOf, type ProviderMessage } from "../provider_history.ts";
import { transIdOf, unwrapTransaction } from "./transaction.ts";

/** What to search for. Fapshi ignores values that it does not know, and answers as if they were not there. */
export interface Search {
  status: "successful" | "failed" | "expired";
  /** The days on which it was initiated, as 2026-11-20. Whether `end` is included is not documented. */
  start: string;
  end: string;
  /** By the time of initiation. */
  sort: "asc" | "desc";
}

/** A link to pay, as it is requested. */
export interface Link {
  /** In XAF, from 100. */
  amount: number;
  email: string;
  redirectUrl: string;
  externalId: string;
  /** Shown to the buyer. */
  message: string;
}

/** The variables that must be set before the API can be called. */
export const FAPSHI_REQUIRED_ENV = ["FAPSHI_API_USER", "FAPSHI_API_KEY"] as const;

export interface Fapshi {
  /**
   * Creates a link to pay, a new one each time: Fapshi has no idempotency key, so the call is never repeated.
   * @throws ApiError
   */
  initiatePay(link: Link, signal?: AbortSignal): Promise<{ transId: string; link: string }>;
  /** Expires a link. @throws ApiError, also when it is paid or has expired. */
  expirePay(transId: string, signal?: AbortSignal): Promise<void>;
  /**
   * The transaction as it is now, in the shape of a webhook's body; null when Fapshi does not know the id.
   * @throws ApiError
   */
  transaction(transId: string, signal?: AbortSignal): Promise<ProviderMessage | null>;
  /** Up to SEARCH_LIMIT transactions, from one end of the days. @throws ApiError */
  search(query: Search, signal?: AbortSignal): Promise<object[]>;
}

/** The most that one search returns. */
export const SEARCH_LIMIT = 100;

/** @throws ApiError when there are no credentials. */
export function openFapshi(env: Environment): Fapshi {
  const apiuser = env("FAPSHI_API_USER");
  const apikey = env("FAPSHI_API_KEY");
  if (!apiuser || !apikey)
    throw new ApiError(
      "unauthorized",
      `Fapshi cannot be asked: ${FAPSHI_REQUIRED_ENV.join(" and ")} are not both set.`,
    );
  const base = baseOf(env, "FAPSHI_BASE_URL", "https://live.fapshi.com");
  const api = openApi({ name: "fapshi", base, headers: { apiuser, apikey } });

  async function call(method: "get" | "post", path: string, options: ApiCall): Promise<ApiAnswer> {
    try {
      return await api[method](path, options);
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== "unauthorized") throw error;
      const advice =
        "Check FAPSHI_API_USER and FAPSHI_API_KEY (sandbox and live have their own), and that the service's IP allow-list, where it has one, lets the functions in.";
      throw new ApiError(error.code, `${error.sentence} ${advice}`, error.details);
    }
  }

  return {
    async initiatePay(request, signal) {
      const { json } = await call("post", "/initiate-pay", { body: request, signal });
      try {
        const answer = new Json(json);
        return { transId: answer.get(id, "transId"), link: answer.get(payPageLink(2000), "link") };
      } catch (error) {
        throw new ApiError(
          "unexpected_answer",
          `fapshi: POST /initiate-pay answered, but not with a link: ${(error as Error).message}`,
        );
      }
    },

    async expirePay(transId, signal) {
      await call("post", "/expire-pay", { body: { transId }, idempotent: true, signal });
    },

    async transaction(transId, signal) {
      let answer: ApiAnswer;
      try {
        answer = await call("get", `/payment-status/${encodeURIComponent(transId)}`, { signal });
      } catch (error) {
        if (saysUnknown(error)) return null;
        throw error;
      }
      const transaction = unwrapTransaction(answer.json);
      if (transIdOf(transaction) !== transId) {
        throw new ApiError(
          "unexpected_answer",
          `fapshi: asked about transaction ${transId}, and was not told of that one`,
        );
      }
      return transaction === answer.json ? { event: transaction, text: answer.text } : messageOf(transaction);
    },

    async search(query, signal) {
      const { json } = await call("get", "/search", { query: { ...query, limit: SEARCH_LIMIT }, signal });
      if (!Array.isArray(json) || !json.every((one) => typeof one === "object" && one !== null)) {
        throw new ApiError("unexpected_answer", "fapshi: GET /search answered, but not with a list of transactions");
      }
      return json;
    },
  };
}

/** Only by Fapshi's own message: errors of its API always have one. A 404 without one means a wrong address. */
function saysUnknown(error: unknown): boolean {
  if (!(error instanceof ApiError)) return false;
  const { status, body = "" } = error.details;
  const message = messageIn(body);
  return message !== null && (status === 404 || (status === 400 && /not found|no such|not exist/i.test(message)));
}

function messageIn(body: string): string | null {
  try {
    const { message } = JSON.parse(body);
    return typeof message === "string" ? message : null;
  } catch {
    return null;
  }
}
