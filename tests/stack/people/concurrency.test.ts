/** Credits and links of accounts under real concurrency: each party has a connection of its own. */
import fc from "fast-check";
import postgres from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { aProduct, startTestStack, type TestStack } from "../test_stack.ts";

let testStack: TestStack;
let people: postgres.Sql;
beforeAll(async () => {
  testStack = await startTestStack({ background: { cron: false, pgNet: false } });
  people = postgres(testStack.stack.dbUrl, { max: 8, onnotice() {} });
});
afterAll(async () => {
  await people?.end({ timeout: 1 });
  await testStack?.stop();
});

async function anAccount(email: string, confirmed: boolean): Promise<string> {
  const [row] = await testStack.sql`
    insert into auth.users (id, email, email_confirmed_at)
    values (gen_random_uuid(), ${email}, ${confirmed ? new Date() : null}) returning id`;
  return row!.id;
}

type Step =
  | { is: "spend"; credits: number; key: number }
  | { is: "grant"; credits: number }
  | { is: "take"; credits: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      is: fc.constant("spend" as const),
      credits: fc.integer({ min: 1, max: 6 }),
      key: fc.integer({ min: 1, max: 4 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ is: fc.constant("grant" as const), credits: fc.integer({ min: 1, max: 8 }) }) },
  { weight: 2, arbitrary: fc.record({ is: fc.constant("take" as const), credits: fc.integer({ min: 1, max: 6 }) }) },
);

test("whoever spends, grants and takes at once, a key spends once and no balance falls below zero", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 4, maxLength: 16 }),
      fc.integer({ min: 0, max: 12 }),
      async (steps, first) => {
        const user = await anAccount(`spender-${crypto.randomUUID()}@example.com`, true);
        // As an admin does in Studio: a row of the ledger.
        const writes = (credits: number, reason: string) => people`
        insert into public.credit_ledger (user_id, credits, reason) values (${user}, ${credits}, ${reason})`;
        if (first > 0) await writes(first, "granted");
        const outcomes = await Promise.all(
          steps.map(async (one) => {
            try {
              if (one.is === "grant") await writes(one.credits, "granted");
              if (one.is === "take") await writes(-one.credits, "granted");
              if (one.is !== "spend") return { one, id: "" };
              const [entry] = await people`
              select (community.spend_credits(${one.credits}, ${`key-${one.key}`}, null, ${user})).id`;
              return { one, id: entry!.id as string };
            } catch (error) {
              const { detail, constraint_name } = error as postgres.PostgresError;
              const refused = constraint_name ?? detail;
              expect(["a_balance_is_never_below_zero", "not_enough_credits", "key_reused"]).toContain(refused);
              return { one, refused };
            }
          }),
        );
        const entries = await people<{ id: string; credits: number; spend_key: string | null }[]>`
        select id, credits, spend_key from public.credit_ledger where user_id = ${user} order by id`;
        const [row] = await people`select community.balance(${user})::integer as balance`;
        // The balance is the sum, and none below zero.
        expect(row!.balance).toBe(entries.reduce((sum, { credits }) => sum + credits, 0));
        expect(row!.balance).toBeGreaterThanOrEqual(0);
        // A key spends once, and everybody who was answered got that entry, with the number they asked for.
        const keys = entries.filter(({ spend_key }) => spend_key !== null);
        expect(new Set(keys.map(({ spend_key }) => spend_key)).size).toBe(keys.length);
        for (const { one, id } of outcomes) {
          if (one.is !== "spend" || !id) continue;
          expect(keys.find((entry) => entry.id === id)).toEqual({
            ...{ id, credits: -one.credits, spend_key: `key-${one.key}` },
          });
        }
        // What was accepted is in the ledger, each once.
        const accepted = outcomes.filter(({ one, refused }) => one.is !== "spend" && refused === undefined).length;
        expect(entries.length - keys.length).toBe(accepted + (first > 0 ? 1 : 0));
      },
    ),
    { numRuns: 25 },
  );
  expect(await testStack.sql`select what from ops.audit_credit_balances`).toEqual([]);
});

test("ten spenders with one key spend once; ten with their own spend what there is", async () => {
  const user = await anAccount(`spender-${crypto.randomUUID()}@example.com`, true);
  await testStack.sql`insert into public.credit_ledger (user_id, credits, reason) values (${user}, 8, 'granted')`;
  const same = await Promise.all(
    Array.from({ length: 10 }, () => people`select (community.spend_credits(3, 'one', null, ${user})).id`),
  );
  expect(new Set(same.map(([row]) => row!.id)).size).toBe(1);
  const own = await Promise.allSettled(
    Array.from({ length: 10 }, (_, n) => people`select community.spend_credits(1, ${`k${n}`}, null, ${user})`),
  );
  expect(own.filter(({ status }) => status === "fulfilled")).toHaveLength(5);
  expect(await testStack.sql`select community.balance(${user})::integer as balance`).toEqual([{ balance: 0 }]);
});

async function opens(sql: postgres.ISql, sku: string, email: string): Promise<string> {
  const [row] = await sql`select commerce.open_checkout(${email}, ${sql.json([{ sku, quantity: 1 }])}) as id`;
  return row!.id;
}

async function pays(checkout: string): Promise<void> {
  const occurred_at = new Date().toISOString();
  const fact = {
    ...{ type: "payment.captured", occurred_at, provider_ref: `pi_${checkout}`, checkout_session_id: checkout },
    ...{ amount_minor: 2450, currency: "EUR", customer_ref: null, email: null },
  };
  const event = {
    ...{ provider: "stripe", provider_event_id: `evt_${checkout}`, type: "payment_intent.succeeded", subject: null },
    ...{ trust: "signed", occurred_at, body: "{}", headers: {}, facts: [fact], error: null },
  };
  const [result] = await people`select status from inbox.receive(${people.json([event])})`;
  expect(result!.status).toBe("applied");
}

test("payments, checkouts and the confirmation of their address at once: all of it is the account's, told once", async () => {
  const sku = await aProduct(testStack, { stock: 1000 });
  for (let round = 0; round < 5; round++) {
    const email = `racer-${crypto.randomUUID()}@example.com`;
    const user = await anAccount(email, false);
    const checkouts = await Promise.all(Array.from({ length: 4 }, () => opens(people, sku, email)));
    const confirms = () => people`update auth.users set email_confirmed_at = now() where id = ${user}`;
    const links = () => people`select ops.link_confirmed(${user})`;
    await Promise.all([
      ...checkouts.slice(0, 2).map(pays),
      confirms(),
      ...checkouts.slice(2).map(pays),
      opens(people, sku, email),
      links(),
      links(),
    ]);
    await testStack.sql`select ops.link_recent()`;
    const [row] = await testStack.sql`
      select (select count(*)::integer from public.orders where user_id = ${user}) as orders,
        (select count(*)::integer from public.payments where user_id = ${user}) as payments,
        (select count(*)::integer from public.checkout_sessions where user_id = ${user}) as checkouts,
        (select count(*)::integer from public.orders where email = ${email}) as all_orders,
        (select count(*)::integer from ops.person_links where user_id = ${user}) as links`;
    expect(row).toEqual({ orders: 4, payments: 4, checkouts: 5, all_orders: 4, links: 1 });
    // Each row was given to the account once.
    const linked = await testStack.sql`
      select r.value from ops.person_links l, jsonb_each(l.rows) t, jsonb_array_elements_text(t.value) r
      where l.user_id = ${user}`;
    expect(new Set(linked.map(({ value }) => value)).size).toBe(linked.length);
  }
  expect(await testStack.sql`select what, which from ops.audit_unlinked_purchases`).toEqual([]);
});
