/** How things happen in the scenario: as providers tell them, as people do them. */
import type postgres from "postgres";
import { checked, type Fact } from "../../functions/_shared/facts/facts.ts";

/** Who buys everything. */
export const AMINA = "amina.buyer@example.com";

/** Where everything happens. */
export interface Scene {
  sql: postgres.Sql;
  /** A moment, so many whole hours after the start. */
  at(hours: number): string;
  /** How many events there were. */
  events: number;
}

/** A provider tells something. */
export async function told(the: Scene, provider: string, fact: Fact): Promise<void> {
  the.events += 1;
  const event = {
    provider,
    provider_event_id: `evt_${the.events}`,
    type: fact.type,
    subject: null,
    trust: "signed",
    occurred_at: fact.occurred_at,
    body: "{}",
    facts: checked([fact]),
  };
  const [row] = await the.sql`select status, error from inbox.receive(${the.sql.json([event] as never)})`;
  if (row!.status !== "applied") throw new Error(`${fact.type} is ${row!.status}: ${row!.error}`);
}

/** Runs statements one by one with the rights of an account, as an app does. */
export function inAnApp(the: Scene, email: string) {
  return async (statement: TemplateStringsArray, ...values: string[]): Promise<void> => {
    await the.sql.begin(async (sql) => {
      await sql`
        select set_config('request.jwt.claims', json_build_object('sub', id, 'role', 'authenticated', 'email',
          email)::text, true)
        from auth.users where email = ${email}`;
      await sql`set local role authenticated`;
      await sql(statement, ...values);
    });
  };
}

/** Something is put into the calendar, which gives it a link, and is moved there. */
export async function planned(
  the: Scene,
  what: { provider_ref: string; session_id?: string; appointment_id?: string },
  starts_at: string,
  ends_at: string,
): Promise<void> {
  const change = { type: "calendar.changed", session_id: null, appointment_id: null, ...what, status: null } as const;
  const meet_link = `https://meet.example.com/${what.provider_ref}`;
  await told(the, "make", { ...change, occurred_at: the.at(1), starts_at: null, ends_at: null, meet_link });
  await told(the, "make", { ...change, occurred_at: the.at(2), starts_at, ends_at, meet_link: null });
}

/** What is bought. */
export interface Item {
  sku: string;
  quantity: number;
  starts_at?: string;
}

/** A checkout, and how it is paid. */
export interface Sale {
  /** The provider's id of the payment. */
  ref: string;
  provider: string;
  checkout: string;
  amount: number;
}

/** Where it is sent. */
const DELIVERY = {
  shipping_address: {
    ...{ line1: "Lindenstr. 5", line2: null, city: "Berlin", region: null, postal_code: "10969", country: "DE" },
  },
  recipient_name: "Amina Buyer",
  recipient_phone: "+4915112345678",
};

/** A checkout that is not paid yet. */
export async function checkout(the: Scene, provider: string, ref: string, items: Item[]): Promise<Sale> {
  const { json } = the.sql;
  const [opened] = await the.sql`
    select commerce.open_checkout(${AMINA}, ${json(items as never)}, null, null, ${json(DELIVERY)}) as id`;
  const [row] =
    await the.sql`select total_minor::integer as amount from public.checkout_sessions where id = ${opened!.id}`;
  return { ref, provider, checkout: opened!.id, amount: row!.amount };
}

/** What each fact about a sale's payment says. */
export const payment = (the: Scene, sale: Sale, amount = sale.amount) => ({
  occurred_at: the.at(0),
  provider_ref: sale.ref,
  checkout_session_id: sale.checkout,
  amount_minor: amount,
  currency: "EUR",
  customer_ref: "cus_amina",
  email: AMINA,
});

/** A checkout that is paid; returns it. */
export async function sold(the: Scene, provider: string, ref: string, items: Item[]): Promise<Sale> {
  const sale = await checkout(the, provider, ref, items);
  await told(the, provider, { type: "payment.captured", ...payment(the, sale) });
  return sale;
}
