/**
 * The signed-in buyer, with supabase-js: a chunk of its own, which guests never load. What may be read is decided by
 * the database. Orders and seats are asked for by account all the same: an admin may read others' orders, an instructor
 * others' seats.
 */
import type { Session } from "@supabase/supabase-js";
import type { Change } from "../../../../clients/web/src/feed.ts";
import { watch } from "../../../../clients/web/src/watch.ts";
import { type Conversation, myConversations } from "./chat.ts";
import { supabase } from "./client.ts";
import { mySessions, type TutoringSession } from "./sessions.ts";

export { supabase };

export interface Order {
  number: number;
  status: string;
  total_minor: number;
  currency: string;
  created_at: string;
  order_items: { name: string; quantity: number; starts_at: string | null }[];
  fulfillments: { status: string; tracking_url: string | null }[] | { status: string; tracking_url: string | null };
}

export interface Seat {
  id: string;
  status: string;
  cohorts: { name: string; starts_at: string | null; ends_at: string | null } | null;
}

export interface Notification {
  id: string;
  title: string;
  body: string | null;
  created_at: string;
  read_at: string | null;
}

export interface MyThings {
  orders: Order[];
  seats: Seat[];
  sessions: TutoringSession[];
  chats: Conversation[];
  notifications: Notification[];
  credits: number;
}

/** Null: nobody is signed in. A session that has run out is renewed first. */
export async function session(): Promise<Session | null> {
  return (await supabase().auth.getSession()).data.session;
}

/** @throws Error with a sentence to show. */
export async function signIn(email: string, password: string): Promise<void> {
  const { error } = await supabase().auth.signInWithPassword({ email, password });
  if (error?.code === "email_not_confirmed") throw new Error("Please open the link in our e-mail first.");
  if (error) throw new Error(error.status === 400 ? "E-mail address and password do not fit." : error.message);
}

/** @returns whether the address must be confirmed first. @throws Error with a sentence to show. */
export async function signUp(email: string, password: string): Promise<boolean> {
  const emailRedirectTo = new URL(`${import.meta.env.BASE_URL}account`, location.href).href;
  const { data, error } = await supabase().auth.signUp({ email, password, options: { emailRedirectTo } });
  if (error) throw new Error(error.message);
  return data.session === null;
}

export async function signOut(): Promise<void> {
  await supabase().auth.signOut({ scope: "local" });
}

export async function myThings(user: string): Promise<MyThings> {
  const api = supabase();
  const [orders, seats, sessions, chats, notifications, credits] = await Promise.all([
    api
      .from("orders")
      .select(
        "number, status, total_minor, currency, created_at, order_items(name, quantity, starts_at), " +
          "fulfillments(status, tracking_url)",
      )
      .eq("user_id", user)
      .order("number", { ascending: false })
      .throwOnError(),
    api
      .from("enrollments")
      .select("id, status, cohorts(name, starts_at, ends_at)")
      .eq("user_id", user)
      .neq("status", "cancelled")
      .throwOnError(),
    mySessions(user),
    myConversations(user),
    api
      .from("notifications")
      .select("id, title, body, created_at, read_at")
      .order("created_at", { ascending: false })
      .limit(20)
      .throwOnError(),
    api.rpc("credit_balance").throwOnError(),
  ]);
  return {
    orders: orders.data as unknown as Order[],
    seats: seats.data as unknown as Seat[],
    sessions,
    chats,
    notifications: notifications.data,
    credits: Number(credits.data ?? 0),
  };
}

export async function markRead(notification: string): Promise<void> {
  const row = { read_at: new Date().toISOString() };
  await supabase().from("notifications").update(row).eq("id", notification).throwOnError();
}

/**
 * Calls `changed` at once, and with each change of something of this buyer's. One page follows at a time. Returns how
 * to stop.
 */
export function follow(user: string, changed: (change?: Change) => void): () => void {
  return watch(`user:${user}`, { supabase: supabase(), load: () => changed(), change: changed }).stop;
}
