/** Functions that are not the owner of the database: docs/decisions/0013-functions_role.md. */
import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { databaseUrl } from "../../functions/_shared/platform/database_url.ts";
import { aProduct, aSale, paymentEvent, post, startTestStack, type TestStack, until } from "./test_stack.ts";

let testStack: TestStack;
let role: postgres.Sql;

beforeAll(async () => {
  testStack = await startTestStack({ env: { FUNCTIONS_ROLE_PASSWORD: "another/password@of:the role" } });
  role = postgres(
    databaseUrl((name) => testStack.stack.env[name]),
    { max: 1, onnotice() {} },
  );
});

afterAll(async () => {
  await role?.end({ timeout: 1 });
  await testStack?.stop();
});

const functions = async () =>
  await testStack.sql`
    select distinct usename::text as name from pg_stat_activity
    where application_name = 'postgres.js' and usename <> 'supabase_admin'
      and pid <> pg_backend_pid() and query not like '%pg_stat_activity%'`;

describe("functions as signalbox_functions", () => {
  test.each(["stripe", "paypal", "whop", "fapshi"] as const)(
    "take a payment of %s, and tell of it",
    async (provider) => {
      const sale = await aSale(testStack, { currency: provider === "fapshi" ? "XAF" : "EUR" });
      const body = paymentEvent(provider, "captured", sale);
      testStack.stack.providers[provider].put(body);
      const answer = await post(testStack, provider, body);
      expect([answer.status, await answer.json()]).toMatchObject([200, { status: "applied" }]);
      await until("a message arrives", () =>
        testStack.receiver.received.some((one) => one.body.includes(sale.checkout)),
      );
      expect(await functions()).toContainEqual({ name: "signalbox_functions" });
    },
  );

  test("open a checkout", async () => {
    const sku = await aProduct(testStack);
    const answer = await fetch(`${testStack.stack.functionsUrl}/checkout`, {
      method: "POST",
      headers: { "content-type": "application/json", "idempotency-key": crypto.randomUUID() },
      body: JSON.stringify({
        ...{ provider: "stripe", currency: "EUR", email: "amina.buyer@example.com" },
        items: [{ sku, quantity: 1 }],
      }),
    });
    expect([answer.status, await answer.json()]).toMatchObject([201, { currency: "EUR" }]);
  });

  test.each([
    "select * from public.payments",
    "delete from inbox.events where true",
    "update public.products set price_minor = 1 where true",
    "create table public.mine (id integer)",
    "alter table public.orders disable trigger all",
    "select * from vault.decrypted_secrets",
    "select * from auth.users",
    "select * from cron.job",
    "select console.me()",
    "select ops.grant_functions_role()",
    "set role postgres",
    "select outbox.retry(1)",
  ])("may not: %s", async (statement) => {
    await expect(role.unsafe(statement)).rejects.toMatchObject({ code: "42501" });
  });
});
