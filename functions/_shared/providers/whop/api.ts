/**
 * The calls of Whop's API that we need. Not by @whop/sdk: it reads amounts as floats, and repeats a failed POST, which
 * would send a message twice. Paths, parameters and pages are as there (payments.d.ts, memberships.d.ts,
 * core/pagination.d.ts).
 */

import { decimalsAsText, flag, id, isoTime, Json, object, text } from "../../facts/json_reader.ts";
import { type Api, type ApiAnswer, ApiError, baseOf, openApi } from "../../http/api_client.ts";
import type { Environment } from "../../platform/environment.ts";

/**
 * The version of the API that calls are answered in, whatever comes later (docs.whop.com/developer/api/versioning);
 * without it Whop answers as in 2025. The newest that Whop's own SDKs name (whopsdk-rust). Webhooks have a version of
 * their own, which the dashboard sets: webhook.ts reads all.
 */
const VERSION = "2026-09-15";

/**
 * How long before a change a payment may have been created: the list has no filter by change, and is not read from its
 * beginning.
 */
const LOOK_BACK_MS = 400 * 86_400_000;

/** Oldest first, so that what is created meanwhile moves no page. */
const OLDEST_FIRST = { order: "created_at", direction: "asc" };
/** Items a page. Whop may return fewer; it says whether there are more. */
const PAGE_SIZE = 100;

/** A payment, a membership or a dispute, as the API returns it. */
export interface WhopObject {
  id: string;
  status: string | null;
  /** Of a payment: its status in more detail. */
  substatus: string | null;
  createdAt: string | null;
  updatedAt: string | null;
  /** All of it. Amounts are text, digit by digit (`decimalsAsText`). */
  value: unknown;
}

export interface WhopApi {
  /**
   * Payments that changed after `changedAfter` and were created before `createdBefore`, at most 400 days earlier, page
   * by page.
   */
  payments(changedAfter: Date, createdBefore: Date, signal?: AbortSignal): AsyncIterable<WhopObject[]>;
  /** Memberships created before `createdBefore`, page by page: this list has no filter by change. */
  memberships(createdBefore: Date, signal?: AbortSignal): AsyncIterable<WhopObject[]>;
  /** Null when Whop does not know it. */
  one(list: "payments" | "memberships" | "disputes", ref: string, signal?: AbortSignal): Promise<WhopObject | null>;
}

/** The variables that must be set before the API can be called. */
export const WHOP_REQUIRED_ENV = ["WHOP_API_KEY", "WHOP_COMPANY_ID"] as const;

/** A client of Whop's API, for all calls. */
export function connectWhop(env: Environment): Api {
  return openApi({
    name: "whop",
    base: baseOf(env, "WHOP_BASE_URL", "https://api.whop.com/api/v1"),
    headers: { authorization: `Bearer ${env("WHOP_API_KEY") ?? ""}`, "api-version-date": VERSION },
    // Amounts are decimals: their digits are kept.
    parse: decimalsAsText,
  });
}

export function openWhop(env: Environment): WhopApi {
  const api = connectWhop(env);
  const list = (path: string, query: Record<string, string>, signal?: AbortSignal) =>
    pages(api, path, { account_id: env("WHOP_COMPANY_ID") ?? "", ...query, ...OLDEST_FIRST }, signal);
  return {
    async *payments(changedAfter, createdBefore, signal) {
      const created_after = new Date(changedAfter.getTime() - LOOK_BACK_MS).toISOString();
      for await (const page of list(
        "/payments",
        { created_after, created_before: createdBefore.toISOString() },
        signal,
      ))
        yield page.filter(({ updatedAt }) => updatedAt === null || Date.parse(updatedAt) > changedAfter.getTime());
    },
    memberships: (createdBefore, signal) =>
      list("/memberships", { created_before: createdBefore.toISOString() }, signal),
    async one(list, ref, signal) {
      const path = `/${list}/${encodeURIComponent(ref)}`;
      try {
        return shaped(`GET ${path}`, await api.get(path, { signal }), objectOf);
      } catch (error) {
        if (error instanceof ApiError && error.code === "not_found") return null;
        throw error;
      }
    },
  };
}

/** The pages of a list, as far as they are read. @throws ApiError */
export async function* pages(
  api: Api,
  path: string,
  query: Record<string, string>,
  signal?: AbortSignal,
): AsyncGenerator<WhopObject[]> {
  let after: string | undefined;
  do {
    const answer = await api.get(path, { query: { ...query, first: PAGE_SIZE, after }, signal });
    const page = shaped(`GET ${path}`, answer, (it) => {
      it.get(object, "page_info");
      if (!Array.isArray(it.at("data").value)) throw it.at("data").unexpected("a list");
      const more = it.maybe(flag, "page_info.has_next_page") ?? false;
      const next: string | undefined = more ? it.get(text(2000), "page_info.end_cursor") : undefined;
      if (more && next === after) throw it.at("page_info.end_cursor").unexpected("another page's cursor");
      return { objects: it.each("data").map(objectOf), next };
    });
    yield page.objects;
    after = page.next;
  } while (after !== undefined);
}

const objectOf = (it: Json): WhopObject => ({
  id: it.get(id, "id"),
  status: it.maybe(text(100), "status"),
  substatus: it.maybe(text(100), "substatus"),
  createdAt: it.maybe(isoTime, "created_at"),
  updatedAt: it.maybe(isoTime, "updated_at"),
  value: it.value,
});

/** Reads the answer to a call (GET /payments); one that has not the documented shape is an error of the API. */
export function shaped<T>(call: string, { text, json }: ApiAnswer, read: (it: Json) => T): T {
  try {
    return read(new Json(json));
  } catch (error) {
    throw new ApiError(
      "unexpected_answer",
      `whop: ${call} answered in another shape than documented: ${(error as Error).message}`,
      {
        body: text.slice(0, 20_000),
      },
    );
  }
}
