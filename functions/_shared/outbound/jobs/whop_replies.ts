/**
 * Reads the channels whose turn it is for what members wrote, and receives what no webhook brought, as confirmed
 * events. A channel that cannot be read holds up no other.
 */
import { ApiError } from "../../http/api_client.ts";
import { openInbox } from "../../inbound/inbox.ts";
import { receiveMissing } from "../../inbound/receive_missing.ts";
import type { FunctionRow } from "../../platform/rows.ts";
import type { ProviderMessage } from "../../providers/provider_history.ts";
import { WHOP_REQUIRED_ENV } from "../../providers/whop/api.ts";
import { openWhopChat } from "../../providers/whop/chat.ts";
import type { JobAdapter } from "../adapter.ts";
import { outcomeOf, requireEnv } from "./provider_call.ts";

type Poll = FunctionRow<"community", "due_polls">;

/** Channels that one run reads. */
const MAX_CHANNELS = 100;

export const whopReplies: JobAdapter = {
  async run({ data }, { database, env, now }, signal) {
    const { at } = data as { at: string };
    const polls = await database.query<Poll>(
      "select conversation_id, provider, channel, ops.iso_utc(since) as since " +
        "from community.due_polls($1::int, $2::timestamptz)",
      [MAX_CHANNELS, at],
    );
    if (polls.length === 0) return { outcome: "cancelled", error: "No channel is due." };
    requireEnv(WHOP_REQUIRED_ENV, env);
    const chat = openWhopChat(env);
    const target = { database, inbox: openInbox(database) };
    const started = new Date(now()).toISOString();
    const unread = new Set<string>();
    let failure: ApiError | undefined;
    let missed = 0;
    for (const { conversation_id, provider, channel, since } of polls) {
      try {
        const messages: ProviderMessage[] = [];
        for await (const page of chat.messages(channel, new Date(since), signal))
          messages.push(...page.map(({ message }) => message));
        // Oldest first, as they were written.
        missed += (await receiveMissing(provider, messages.reverse(), "objects", target)).missed;
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        failure = error;
        unread.add(conversation_id);
        if (error.details.status === 401 || signal.aborted) break;
      }
      if (!unread.has(conversation_id))
        await database.query("select community.note_polled($1::uuid, $2::timestamptz)", [conversation_id, started]);
    }
    if (failure) return { ...outcomeOf(failure, WHOP_REQUIRED_ENV), outcome: "retry" };
    return { outcome: "delivered", body: `read ${polls.length} channels, missed ${missed}` };
  },
};
