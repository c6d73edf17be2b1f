/**
 * Sends one message of the members' chat at Whop, never twice: whatever may have been sent by an attempt whose answer
 * was lost is looked for in the channel first, and what is sent carries the same Idempotency-Key until Whop refuses it.
 */
import { ApiError } from "../../http/api_client.ts";
import type { FunctionRow, FunctionValue, Narrow, Nullable, TableRow } from "../../platform/rows.ts";
import type { Runtime } from "../../platform/runtime.ts";
import { WHOP_REQUIRED_ENV } from "../../providers/whop/api.ts";
import { openWhopChat, type Posted, type Way, type WhopChat } from "../../providers/whop/chat.ts";
import type { AttemptOutcome, JobAdapter } from "../adapter.ts";
import { outcomeOf, requireEnv } from "./provider_call.ts";

type Task = Nullable<
  Narrow<
    FunctionRow<"community", "claim_message">,
    {
      action: "send" | "none";
      way: Way;
      tried: { way: Way; channel: string; since: string }[];
      known_refs: string[];
    }
  >,
  "channel" | "reason"
>;

/** Rounds of one run: the first way, the second, and one more where something changed meanwhile. */
const MAX_ROUNDS = 4;
/** How much Whop's clock may be behind ours, in ms. */
const CLOCK_SLACK_MS = 600_000;

export const whopMessage: JobAdapter = {
  async run({ data }, runtime, signal) {
    const { id } = data as Pick<TableRow<"public", "conversation_messages">, "id">;
    const run = new Run(id, runtime, signal);
    try {
      return await run.settle();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      await run.query("select community.note_trouble($1::uuid, $2)", [error.message]);
      return { ...outcomeOf(error, WHOP_REQUIRED_ENV), outcome: "retry" };
    }
  },
};

class Run {
  constructor(
    readonly id: string,
    readonly runtime: Runtime,
    readonly signal: AbortSignal,
  ) {}

  query<Row extends object>(statement: string, values: (string | null)[] = []): Promise<Row[]> {
    return this.runtime.database.query<Row>(statement, [this.id, ...values]);
  }

  async settle(): Promise<AttemptOutcome> {
    for (let round = 1; round <= MAX_ROUNDS; round++) {
      const [task] = await this.query<Task>("select * from community.claim_message($1::uuid)");
      if (!task) throw new Error(`community.claim_message returned no row for message ${this.id}`);
      if (task.action === "none") return { outcome: "cancelled", error: task.reason ?? "" };
      requireEnv(WHOP_REQUIRED_ENV, this.runtime.env);
      const outcome = await this.#send(task, openWhopChat(this.runtime.env));
      if (outcome) return outcome;
    }
    return { outcome: "retry", error: "It kept changing while it was sent." };
  }

  /** Null: something changed, or another way is to be tried; look again. */
  async #send(task: Task, chat: WhopChat): Promise<AttemptOutcome | null> {
    for (const { way, channel, since } of task.tried) {
      const found = await this.#find(chat, task, channel, since);
      if (found) return await this.#sent(way, found, "It was there already.");
    }
    try {
      const channel = task.channel ?? (await chat.openChannel(task.way, task.member_ref, this.signal));
      const [row] = await this.query<{ may: FunctionValue<"community", "begin_post"> }>(
        "select community.begin_post($1::uuid, $2::public.conversation_way, $3) as may",
        [task.way, channel],
      );
      if (!row?.may) return null;
      const post = await chat.post(channel, task.body, `${task.idempotency_key}-${channel}`, this.signal);
      return await this.#sent(task.way, post, channel);
    } catch (error) {
      if (!(error instanceof ApiError) || !isRefusal(error)) throw error;
      const [row] = await this.query<{ more: FunctionValue<"community", "note_refusal"> }>(
        "select community.note_refusal($1::uuid, $2::public.conversation_way, $3) as more",
        [task.way, error.message],
      );
      if (row?.more) return null;
      // A person is told by the conversation: a ticket, and ops.attention.
      const { status = null, body } = error.details;
      return { outcome: "cancelled", error: error.message, status, ...(body !== undefined && { body }) };
    }
  }

  /** Our message in a channel, where an earlier attempt may have left it. */
  async #find(chat: WhopChat, task: Task, channel: string, since: string): Promise<Posted | undefined> {
    const from = new Date(Date.parse(since) - CLOCK_SLACK_MS);
    for await (const page of chat.messages(channel, from, this.signal)) {
      const found = page.find(
        ({ id, authorRef, content }) =>
          authorRef !== task.member_ref && !task.known_refs.includes(id) && plain(content) === plain(task.body),
      );
      if (found) return found;
    }
    return undefined;
  }

  async #sent(way: Way, { id, createdAt }: Posted, body: string): Promise<AttemptOutcome> {
    await this.query("select community.note_sent($1::uuid, $2::public.conversation_way, $3, $4::timestamptz)", [
      way,
      id,
      createdAt,
    ]);
    return { outcome: "delivered", body };
  }
}

/** Whether Whop will never take this request, so that the message is not there. */
function isRefusal({ code, details: { status, body } }: ApiError): boolean {
  // 409 and a key that was used for another body say nothing about the message.
  if (status === 409 || (status === 400 && /idempoten/i.test(body ?? ""))) return false;
  return code === "refused" || code === "not_found" || status === 403;
}

/** White space is not what two texts differ in; as community.same_text. */
const plain = (content: string) => content.replace(/\s+/g, " ").trim();
