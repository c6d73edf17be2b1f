/** The members' chat: docs/guides/community.md explains it. Row level security decides who reads which. */
import { supabase } from "./client.ts";
import { refusalOf } from "./data_refusal.ts";

export interface Conversation {
  id: string;
  status: "welcoming" | "second_way" | "waiting" | "replied" | "handing_over" | "internal" | "closed";
  /** What people call the membership. */
  name: string;
  provider: string;
  member_read_at: string | null;
  unread: number;
}

export interface Message {
  id: string;
  conversation_id: string;
  sender: "system" | "staff" | "member";
  /** Which of the automatic texts it is: welcome, reminder_1 … Null: somebody wrote it. */
  key: string | null;
  /** Where it was said: at the provider (support, direct), or in the app. */
  way: "support" | "direct" | "app";
  body: string;
  sent_at: string;
}

/** A membership that is sold, by our name of it. */
export interface Offer {
  name: string;
  providers: string[];
}

/** So many messages are read at once. */
export const MESSAGES_AT_ONCE = 50;

async function membershipNames() {
  const api = supabase().from("membership_products");
  const { data } = await api.select("product, provider, provider_ref, name").order("name").throwOnError();
  return data as { product: string; provider: string; provider_ref: string; name: string }[];
}

/** Those of the account, the newest first. */
export async function myConversations(user: string): Promise<Conversation[]> {
  const { data } = await supabase()
    .from("conversations")
    .select("id, status, member_read_at, memberships(provider, product_ref)")
    .eq("user_id", user)
    .order("created_at", { ascending: false })
    .throwOnError();
  type Row = Pick<Conversation, "id" | "status" | "member_read_at"> & {
    memberships: { provider: string; product_ref: string | null };
  };
  const rows = data as unknown as Row[];
  if (rows.length === 0) return [];
  const ids = rows.map(({ id }) => id);
  const [names, overview] = await Promise.all([
    membershipNames(),
    supabase().from("conversation_overview").select("id, unread_by_member").in("id", ids).throwOnError(),
  ]);
  const unread = new Map(overview.data.map((one) => [one.id, Number(one.unread_by_member)]));
  return rows.map(({ memberships: { provider, product_ref }, ...row }) => ({
    ...row,
    provider,
    name: names.find((one) => one.provider === provider && one.provider_ref === product_ref)?.name ?? "your membership",
    unread: unread.get(row.id) ?? 0,
  }));
}

/** Whether any membership of the account gives access now. */
export async function hasAccess(): Promise<boolean> {
  const { data } = await supabase().rpc("has_access").throwOnError();
  return data === true;
}

export async function offers(): Promise<Offer[]> {
  const found = new Map<string, Offer>();
  for (const { product, provider, name } of await membershipNames()) {
    const offer = found.get(product) ?? { name, providers: [] };
    if (!offer.providers.includes(provider)) offer.providers.push(provider);
    found.set(product, offer);
  }
  return [...found.values()];
}

/** Those that were sent up to a time (default: now), the newest last. There may be more before a full page. */
export async function messagesOf(conversation: string, until?: string): Promise<Message[]> {
  const query = supabase()
    .from("conversation_messages")
    .select("id, conversation_id, sender, key, way, body, sent_at")
    .eq("conversation_id", conversation)
    .eq("status", "sent");
  const { data } = await (until === undefined ? query : query.lte("sent_at", until))
    .order("sent_at", { ascending: false })
    .order("id", { ascending: false })
    .limit(MESSAGES_AT_ONCE)
    .throwOnError();
  return (data as Message[]).reverse();
}

/** @throws Refusal */
export async function sendMessage(conversation_id: string, body: string): Promise<void> {
  const { error } = await supabase().from("conversation_messages").insert({ conversation_id, body });
  if (error) throw refusalOf(error);
}

/** What was sent until then has been read. */
export async function markConversationRead(conversation_id: string, until: string): Promise<void> {
  await supabase().rpc("mark_conversation_read", { conversation_id, until }).throwOnError();
}
