/** Accounts of the embedded Supabase, which sends no mail: what a link in a mail would do is done here. */
import type { SupabaseClient } from "@supabase/supabase-js";
import type { Sql } from "postgres";

/**
 * Signs up, confirms the address and signs in. `sql` is the owner of the database.
 * @throws AuthError
 */
export async function signUpConfirmed(
  client: SupabaseClient,
  sql: Sql,
  account: { email: string; password: string },
): Promise<{ id: string; accessToken: string }> {
  const signedUp = await client.auth.signUp(account);
  if (signedUp.error) throw signedUp.error;
  await sql`update auth.users set email_confirmed_at = now() where email = ${account.email.toLowerCase()}`;
  const { data, error } = await client.auth.signInWithPassword(account);
  if (error) throw error;
  return { id: data.user.id, accessToken: data.session.access_token };
}

/** Who signs in at the console of `npm start`. Everybody on this machine knows it, as they know the secret key. */
export const DEMO_ADMIN = { email: "admin@signalbox.example", password: "signalbox on this machine" };

/** Makes the account where it is missing, and an admin. `sql` is the owner of the database. @throws AuthError */
export async function makeAdmin(
  client: SupabaseClient,
  sql: Sql,
  account: { email: string; password: string },
): Promise<void> {
  const [known] = await sql`select id from auth.users where email = ${account.email}`;
  const id = known?.id ?? (await signUpConfirmed(client, sql, account)).id;
  await sql`insert into public.admins (user_id, note) values (${id}, 'made by npm start') on conflict do nothing`;
}
