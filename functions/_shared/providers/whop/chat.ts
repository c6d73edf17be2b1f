/**
 * Whop's chat: opening a channel to a member, writing into it once, and reading it. Facts: docs.whop.com/api-reference
 * (channels/create-channel; legacy/dm-channels; messages), developer/api/idempotency.
 */
import { id, isoTime, Json, reference, text } from "../../facts/json_reader.ts";
import type { Environment } from "../../platform/environment.ts";
import { messageOf, type ProviderMessage } from "../provider_history.ts";
import { connectWhop, pages, shaped } from "./api.ts";

/** support: the support channel of the account and a member. direct: a direct message to the member. */
export type Way = "support" | "direct";

/** A message as it stands in a channel. */
export interface Posted {
  id: string;
  /** ISO 8601 UTC. */
  createdAt: string | null;
  /** Null: Whop does not say. */
  authorRef: string | null;
  /** "" for a message without text. */
  content: string;
  /** As the webhook about it. */
  message: ProviderMessage;
}

export interface WhopChat {
  /** The id of the channel to a member; the one that is there, where there is one. @throws ApiError */
  openChannel(way: Way, memberRef: string, signal: AbortSignal): Promise<string>;
  /**
   * Writes into a channel. The same key and text write once within 24 h, as Whop promises of a part of its API that it
   * calls experimental. @throws ApiError
   */
  post(channel: string, content: string, key: string, signal: AbortSignal): Promise<Posted>;
  /** What was written into a channel since then, newest first, page by page. @throws ApiError */
  messages(channel: string, since: Date, signal: AbortSignal): AsyncIterable<Posted[]>;
}

export function openWhopChat(env: Environment): WhopChat {
  const api = connectWhop(env);
  const account = env("WHOP_COMPANY_ID") ?? "";
  return {
    async openChannel(way, memberRef, signal) {
      // The present endpoint's body for private channels is not documented beyond its kind: the former one's is.
      const [path, body] =
        way === "support"
          ? ["/channels", { kind: "support", account_id: account, customer_user_id: memberRef }]
          : ["/dm_channels", { company_id: account, with_user_ids: [memberRef] }];
      // Either returns the channel that there is: asked twice, there is one.
      const answer = await api.post(path as string, { body: body as object, idempotent: true, signal });
      return shaped(`POST ${path}`, answer, (it) => it.get(id, "id"));
    },

    async post(channel, content, key, signal) {
      const answer = await api.post("/messages", {
        body: { channel_id: channel, content },
        headers: { "idempotency-key": key },
        signal,
      });
      return shaped("POST /messages", answer, (it) => posted(channel, it.value));
    },

    async *messages(channel, since, signal) {
      for await (const page of pages(api, "/messages", { channel_id: channel, direction: "desc" }, signal)) {
        const all = page.map(({ value }) => posted(channel, value));
        const recent = all.filter(({ createdAt }) => createdAt === null || Date.parse(createdAt) >= since.getTime());
        if (recent.length > 0) yield recent;
        if (recent.length < all.length) return;
      }
    },
  };
}

function posted(channel: string, value: unknown): Posted {
  const it = new Json(value);
  const ref = it.get(id, "id");
  const createdAt = it.maybe(isoTime, "created_at");
  const data = { channel: { id: channel }, message: value, reason: "listed" };
  return {
    id: ref,
    createdAt,
    authorRef: it.maybe(reference, "user", "user_id"),
    content: it.maybe(text(1_000_000), "content") ?? "",
    message: messageOf({
      ...{ id: `confirmed:${ref}`, api_version: "v1", timestamp: createdAt },
      ...{ type: "chat.message.created", data },
    }),
  };
}
