/**
 * A stand-in for Whop's API: payments and memberships as webhooks told of them, listed and one by one, and disputes,
 * one by one; and its chat: channels, messages, and idempotency keys as developer/api/idempotency describes them.
 */
import { answerWhop, type Endpoint } from "./registered_webhooks.ts";
import { type Asked, type StandIn, standIn } from "./stand_in.ts";

// biome-ignore lint/suspicious/noExplicitAny: an object of Whop's, of either generation.
type Thing = Record<string, any>;

/** Few, whatever is asked for, so that whoever reads a list has to turn pages. */
const PAGE = 3;

/** Who writes what is posted with the account's key. */
const HOST = { id: "user_Host00000000", name: "Example Coaching", username: "examplecoaching" };
const KEPT_MS = 86_400_000;

export interface WhopMessage {
  id: string;
  content: string;
  created_at: string;
  user: { id: string; name: string; username: string };
}

export interface WhopStandIn extends StandIn {
  /** Messages by the id of their channel, oldest first. */
  readonly messages: Map<string, WhopMessage[]>;
  /** What is refused, with which status: opening channels of a kind, or writing into them. */
  readonly refusals: Map<"support" | "direct" | "message", number>;
  /** The channels that a member is in, by the way that led there. */
  channelsOf(memberRef: string): { id: string; way: "support" | "direct" }[];
  /** A member writes into a channel (default: the first). Returns the body of the webhook that Whop would send. */
  say(memberRef: string, content: string, channel?: string): string;
  /** As if 24 hours had passed: keys of requests are known no more. */
  forgetKeys(): void;
}

export function createWhop(): WhopStandIn {
  const channels: { id: string; way: "support" | "direct"; member: string }[] = [];
  const messages = new Map<string, WhopMessage[]>();
  const webhooks: Endpoint[] = [];
  const refusals: WhopStandIn["refusals"] = new Map();
  const requests = new Map<string, { request: string; status: number; body: string; until: number }>();
  let count = 0;

  const nameOf = (user: string) => (user === HOST.id ? HOST : { id: user, name: user, username: user });

  function write(channel: string, content: string, user: string): WhopMessage {
    const all = messages.get(channel) ?? [];
    // No two of one moment: the list is sorted by it.
    const last = all.length > 0 ? Date.parse(all.at(-1)!.created_at) : 0;
    const created_at = new Date(Math.max(Date.now(), last + 1)).toISOString();
    const message = {
      ...{ id: `post_${String(++count).padStart(12, "0")}`, content, created_at, updated_at: created_at },
      ...{ is_edited: false, is_pinned: false, mentions: [], mentions_everyone: false, message_type: "regular" },
      ...{ poll: null, poll_votes: [], reaction_counts: [], replying_to_message_id: null, view_count: null },
      user: nameOf(user),
    };
    messages.set(channel, [...all, message]);
    return message;
  }

  function openChannel(way: "support" | "direct", member: unknown): Response {
    if (typeof member !== "string" || !member) return refused(400, "bad_request", "The user is missing.");
    const status = refusals.get(way);
    if (status) return refused(status, "forbidden", `This key may not open a ${way} channel with ${member}.`);
    let channel = channels.find((one) => one.way === way && one.member === member);
    if (!channel) {
      channel = { id: `${way === "support" ? "chat_feed" : "dms_feed"}_${channels.length + 1}`, way, member };
      channels.push(channel);
    }
    return Response.json({ id: channel.id, kind: way === "support" ? "support" : "private" });
  }

  function chat({ method, body }: Asked, url: URL): Response | null {
    if (method === "GET" && url.pathname === "/messages") {
      const all = messages.get(url.searchParams.get("channel_id") ?? "");
      if (!all && !channels.some(({ id }) => id === url.searchParams.get("channel_id")))
        return refused(404, "not_found", "There is no such channel.");
      const sorted = [...(all ?? [])];
      if (url.searchParams.get("direction") !== "asc") sorted.reverse();
      return page(sorted, url.searchParams, asIs);
    }
    if (method !== "POST") return null;
    const sent = JSON.parse(body || "{}");
    switch (url.pathname) {
      case "/channels":
        return sent.kind === "support" && sent.account_id
          ? openChannel("support", sent.customer_user_id)
          : refused(400, "bad_request", "kind must be support, with an account_id.");
      case "/support_channels":
        return openChannel("support", sent.user_id);
      case "/dm_channels":
        return openChannel("direct", sent.with_user_ids?.[0]);
      case "/messages": {
        if (!channels.some(({ id }) => id === sent.channel_id))
          return refused(404, "not_found", "There is no such channel.");
        const status = refusals.get("message");
        if (status) return refused(status, "unprocessable", "This message cannot be sent.");
        return Response.json(write(sent.channel_id, sent.content, HOST.id));
      }
      default:
        return null;
    }
  }

  /** One request per key: its answer is repeated, that of a 4xx too; another request with it is refused. */
  async function once(asked: Asked, url: URL): Promise<Response | null> {
    const key = asked.method === "POST" ? asked.headers.get("idempotency-key") : null;
    if (!key) return chat(asked, url);
    const request = [asked.method, asked.path, asked.headers.get("api-version-date"), asked.body].join("\n");
    const before = requests.get(key);
    if (before && before.until > Date.now()) {
      if (before.request !== request)
        return refused(400, "idempotency_error", "This Idempotency-Key was used with another request.");
      const headers = { "content-type": "application/json", "idempotent-replayed": "true" };
      return new Response(before.body, { status: before.status, headers });
    }
    const answer = chat(asked, url);
    if (!answer || answer.status >= 500) return answer;
    const body = await answer.text();
    requests.set(key, { request, status: answer.status, body, until: Date.now() + KEPT_MS });
    return new Response(body, { status: answer.status, headers: { "content-type": "application/json" } });
  }

  const known = {
    payments: new Map<string, Thing>(),
    memberships: new Map<string, Thing>(),
    disputes: new Map<string, Thing>(),
  };

  function put(body: string): void {
    const { type, event, action, data } = JSON.parse(body);
    const [, about] = /^(payment|membership|refund|dispute)[._]/.exec(type ?? event ?? action) ?? [];
    if (about === "payment") known.payments.set(data.id, asPayment(data));
    if (about === "membership") known.memberships.set(data.id, asMembership(data));
    if (about === "dispute") known.disputes.set(data.id, data);
    if (about === "refund") refund(data);
  }

  /** What has gone back shows in the payment. */
  function refund({ id, amount, status, payment, payment_id, created_at }: Thing): void {
    const refunded = known.payments.get(payment?.id ?? payment_id);
    if (!refunded) return;
    const refunds = [
      ...(refunded.refunds ?? []).filter((one: Thing) => one.id !== id),
      { id, amount, status, created_at: iso(created_at) },
    ];
    const sum =
      refunds
        .filter((one) => one.status === "succeeded")
        .reduce((so_far, one) => so_far + Math.round(one.amount * 1000), 0) / 1000;
    const now = new Date().toISOString();
    const substatus = sum < refunded.total ? "partially_refunded" : "refunded";
    known.payments.set(refunded.id, {
      ...refunded,
      refunds,
      updated_at: now,
      ...(sum > 0 && { refunded_amount: sum, refunded_at: now, substatus }),
    });
  }

  function list(things: Map<string, Thing>, query: URLSearchParams, shape: (thing: Thing) => Thing): Response {
    const between = ({ created_at, updated_at }: Thing) =>
      (["created", "updated"] as const).every((when) => {
        const time = Date.parse(when === "created" ? created_at : updated_at);
        const [after, before] = [query.get(`${when}_after`), query.get(`${when}_before`)];
        return (!after || time > Date.parse(after)) && (!before || time < Date.parse(before));
      });
    const sorted = [...things.values()]
      .filter(between)
      .sort((a, b) => Date.parse(a.created_at) - Date.parse(b.created_at));
    if (query.get("direction") !== "asc") sorted.reverse();
    return page(sorted, query, shape);
  }

  function page(sorted: Thing[], query: URLSearchParams, shape: (thing: Thing) => Thing): Response {
    const after = query.get("after");
    const start = after ? sorted.findIndex(({ id }) => cursor(id) === after) + 1 : 0;
    const data = sorted.slice(start, start + Math.min(PAGE, Number(query.get("first") ?? PAGE)));
    const page_info = {
      start_cursor: data.length > 0 ? cursor(data[0]!.id) : null,
      end_cursor: data.length > 0 ? cursor(data.at(-1)!.id) : null,
      has_next_page: start + data.length < sorted.length,
      has_previous_page: start > 0,
    };
    return Response.json({ data: data.map(shape), page_info });
  }

  const frame = standIn({
    put,
    async answer(asked, url) {
      const { method, headers } = asked;
      if (/^\/(channels|support_channels|dm_channels|messages)$/.test(url.pathname))
        return /^Bearer .+/.test(headers.get("authorization") ?? "")
          ? await once(asked, url)
          : refused(401, "unauthorized", "The API key is missing or wrong.");
      const registered = /^Bearer .+/.test(headers.get("authorization") ?? "")
        ? answerWhop(webhooks, method, url, asked.body)
        : null;
      if (registered) return registered;
      const [, kind, id] = /^\/(payments|memberships|disputes)(?:\/([^/]+))?$/.exec(url.pathname) ?? [];
      if (!kind || method !== "GET") return null;
      if (!/^Bearer .+/.test(headers.get("authorization") ?? ""))
        return refused(401, "unauthorized", "The API key is missing or wrong.");
      const shape = (headers.get("api-version-date") ?? "") >= "2026-08-14" ? DATED[kind as keyof typeof DATED] : asIs;
      const things = known[kind as keyof typeof known];
      if (!id && kind !== "disputes") {
        // Versions before 2026-06 say company_id.
        return (url.searchParams.get("account_id") ?? url.searchParams.get("company_id"))
          ? list(things, url.searchParams, shape)
          : refused(400, "bad_request", "account_id is required with an API key.");
      }
      const thing = things.get(decodeURIComponent(id ?? ""));
      return thing ? Response.json(shape(thing)) : refused(404, "not_found", `There is no such object: ${id}.`);
    },
  });
  return {
    ...frame,
    messages,
    refusals,
    channelsOf: (memberRef) =>
      channels.filter(({ member }) => member === memberRef).map(({ id, way }) => ({ id, way })),
    say(memberRef, content, channel = channels.find(({ member }) => member === memberRef)?.id) {
      if (!channel) throw new Error(`${memberRef} is in no channel.`);
      const message = write(channel, content, memberRef);
      const way = channels.find(({ id }) => id === channel)?.way;
      return JSON.stringify({
        ...{ id: `msg_chat${count}`, api_version: "v1", timestamp: message.created_at, type: "chat.message.created" },
        data: {
          audience: { type: "users", user_ids: [HOST.id] },
          channel: { id: channel, type: way === "direct" ? "direct_message" : "support", experience_id: null },
          message,
          reason: "message_created",
        },
        company_id: "biz_development",
      });
    },
    forgetKeys: () => requests.clear(),
  };
}

const cursor = (id: string) => btoa(id);

const refused = (status: number, type: string, message: string) =>
  Response.json({ error: { type, message } }, { status });

/** The API has one generation: old bodies are turned into today's. */
function asPayment({ final_amount, user_id, membership_id, product_id, plan_id, company_id, ...today }: Thing): Thing {
  return {
    ...today,
    total: today.total ?? final_amount ?? null,
    substatus:
      today.substatus ?? (today.payments_failed > 0 ? "failed" : today.status === "paid" ? "succeeded" : "incomplete"),
    ...timed(today, "created_at", "paid_at", "refunded_at", "last_payment_attempt"),
    ...nested(
      { ...today, user_id, membership_id, product_id, plan_id, company_id },
      "user",
      "membership",
      "product",
      "plan",
      "company",
    ),
  };
}

function asMembership({ valid, user_id, product_id, plan_id, page_id, expires_at, ...today }: Thing): Thing {
  return {
    ...today,
    ...timed(today, "created_at", "renewal_period_start", "renewal_period_end"),
    ...nested({ ...today, user_id, product_id, plan_id, company_id: page_id }, "user", "product", "plan", "company"),
  };
}

const asIs = (thing: Thing) => thing;

/** As versions from 2026-08-14 have them (whopsdk-python, types/payment.py and types/membership.py). */
const DATED = {
  payments({ user, member, membership, product, plan, company, last_payment_attempt, ...payment }: Thing): Thing {
    const money = ["total", "subtotal", "usd_total", "refunded_amount", "amount_after_fees"].map((name) => [
      name,
      payment[name] == null ? null : asMoney(payment[name], name === "usd_total" ? "usd" : payment.currency),
    ]);
    return {
      ...{ ...payment, ...Object.fromEntries(money), last_payment_attempt_at: last_payment_attempt },
      ...{ account_id: company?.id ?? null, member_id: member?.id ?? null, membership_id: membership?.id ?? null },
      ...{ plan_id: plan?.id ?? null, product_id: product?.id ?? null, customer_email: user?.email ?? null },
      user: user && { id: user.id, name: user.name ?? null, username: user.username ?? null },
    };
  },
  disputes({ company, amount, currency, needs_response_by, ...dispute }: Thing): Thing {
    return {
      ...{ ...dispute, amount: amount == null ? null : asMoney(amount, currency), account_id: company?.id ?? null },
      evidence_due_at: needs_response_by ?? null,
    };
  },
  memberships({ user, product, plan, company, renewal_period_start, renewal_period_end, ...membership }: Thing): Thing {
    return {
      ...{ ...membership, current_period_start: renewal_period_start, current_period_end: renewal_period_end },
      ...{ account: company, plan_id: plan?.id, product_id: product?.id, user_id: user?.id ?? null },
    };
  },
};

const asMoney = (amount: number, currency: string) => ({
  amount: String(amount),
  currency,
  decimals: 2,
  display_decimals: 2,
});

const iso = (time: unknown) => (typeof time === "number" ? new Date(time * 1000).toISOString() : (time ?? null));

function timed(thing: Thing, ...names: string[]): Thing {
  const times = Object.fromEntries(names.map((name) => [name, iso(thing[name])]));
  return { ...times, updated_at: thing.updated_at ?? new Date().toISOString() };
}

function nested(thing: Thing, ...names: string[]): Thing {
  return Object.fromEntries(
    names.map((name) => [name, thing[name] ?? (thing[`${name}_id`] ? { id: thing[`${name}_id`] } : null)]),
  );
}
