/** Strangers at Auth and Realtime: what an account with an unconfirmed address, and no account, is told. */
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import WebSocket from "ws";
import { aBuyer, aSale, postStripe, saleEvent, startTestStack, type TestStack, until } from "../test_stack.ts";

let testStack: TestStack;
beforeAll(async () => {
  testStack = await startTestStack();
});
afterAll(() => testStack?.stop());

const clients: SupabaseClient[] = [];
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.realtime.disconnect()));
});

function aStranger(): SupabaseClient {
  const { apiUrl, publishableKey } = testStack.stack;
  const options = { auth: { persistSession: false }, realtime: { transport: WebSocket as never } };
  const client = createClient(apiUrl, publishableKey, options);
  clients.push(client);
  return client;
}

describe("an account", () => {
  test("has no session until its address is confirmed", async () => {
    const account = { email: `${crypto.randomUUID()}@example.com`, password: "correct horse battery" };
    const client = aStranger();
    const { data, error } = await client.auth.signUp(account);
    expect([data.session, error]).toEqual([null, null]);
    expect((await client.auth.signInWithPassword(account)).data.session).toBeNull();
    await testStack.sql`update auth.users set email_confirmed_at = now() where email = ${account.email}`;
    expect((await client.auth.signInWithPassword(account)).data.session).not.toBeNull();
  });
});

describe("Realtime", () => {
  /** How a join ended, and what was said about it. */
  const joins = (client: SupabaseClient, name: string, isPrivate: boolean) =>
    new Promise<[string, string | undefined]>((resolve) => {
      const channel = client.channel(name, { config: { private: isPrivate } });
      channel
        .on("postgres_changes", { event: "*", schema: "public", table: "orders" }, () => {})
        .subscribe((status, error) => resolve([status, error?.message]));
    });

  test("lets nobody into a public channel, signed in or not", async () => {
    const buyer = await aBuyer(testStack);
    clients.push(buyer.client);
    for (const client of [aStranger(), buyer.client]) {
      const [status, message] = await joins(client, "anything", false);
      expect(status).toBe("CHANNEL_ERROR");
      expect(message).toMatch(/This project only allows private channels/);
    }
  });

  test("lets nobody without an account into a private one", async () => {
    for (const name of ["public:orders", "anything", "user:6f0d2c5e-93a1-4a57-8d2b-1c3f6a2b9e10"])
      expect((await joins(aStranger(), name, true))[0]).toBe("CHANNEL_ERROR");
  });

  test("lets an account into channels about tables only", async () => {
    const buyer = await aBuyer(testStack);
    clients.push(buyer.client);
    expect((await joins(buyer.client, "public:orders:1", true))[0]).toBe("SUBSCRIBED");
    for (const name of ["anything", "public:", "private:orders", "user:6f0d2c5e-93a1-4a57-8d2b-1c3f6a2b9e10"])
      expect((await joins(buyer.client, name, true))[0]).toBe("CHANNEL_ERROR");
  });

  test("lets nobody send to a channel about a table", async () => {
    const [sender, listener] = await Promise.all([aBuyer(testStack), aBuyer(testStack)]);
    clients.push(sender.client, listener.client);
    const heard: unknown[] = [];
    const channel = listener.client.channel("public:orders", { config: { private: true } });
    channel.on("broadcast", { event: "*" }, (message) => heard.push(message));
    await new Promise<void>((resolve) => channel.subscribe((status) => status === "SUBSCRIBED" && resolve()));
    const other = sender.client.channel("public:orders", { config: { private: true } });
    await new Promise<void>((resolve) => other.subscribe((status) => status === "SUBSCRIBED" && resolve()));
    await other.send({ type: "broadcast", event: "forged", payload: {} });
    // The last one is sent by SQL, and is heard: whatever was sent before it would have been.
    await testStack.sql`select realtime.send('{}'::jsonb, 'last', 'public:orders')`;
    await until("the last message", () => heard.length > 0);
    expect(heard).toMatchObject([{ event: "last" }]);
  });

  test("tells a stranger of another's order nothing, not even that there is one", async () => {
    const [buyer, stranger] = await Promise.all([aBuyer(testStack), aBuyer(testStack)]);
    clients.push(buyer.client, stranger.client);
    const heard = { buyer: [] as object[], stranger: [] as object[] };
    for (const [name, { client }] of Object.entries({ buyer, stranger })) {
      const channel = client
        .channel("public:orders", { config: { private: true } })
        .on("postgres_changes", { event: "*", schema: "public", table: "orders" }, (change) =>
          heard[name as keyof typeof heard].push(change),
        );
      await new Promise<void>((resolve) =>
        channel.on("system", {}, ({ status }: { status: string }) => status === "ok" && resolve()).subscribe(),
      );
    }
    // One reader tells all changes in their order: when the stranger hears of the own order, the other's has passed.
    const [theirs, own] = [
      await aSale(testStack, { email: buyer.email }),
      await aSale(testStack, { email: stranger.email }),
    ];
    await postStripe(testStack, saleEvent(theirs, "checkout.session.completed"));
    await until("the buyer's order", () => heard.buyer.length > 0);
    await postStripe(testStack, saleEvent(own, "checkout.session.completed"));
    await until("the stranger's own order", () => heard.stranger.length > 0);
    expect(heard.buyer.map((change) => (change as never as { new: object }).new)).toMatchObject([
      { checkout_session_id: theirs.checkout },
    ]);
    expect(heard.stranger.map((change) => (change as never as { new: object }).new)).toMatchObject([
      { checkout_session_id: own.checkout },
    ]);
  });

  test("tells an account nothing of what others delete, and its own deletions on its private topic", async () => {
    const [student, stranger] = await Promise.all([aBuyer(testStack), aBuyer(testStack)]);
    clients.push(student.client, stranger.client);
    const heard: { eventType: string; new: object; old: object }[] = [];
    const changes = stranger.client
      .channel("public:student_questions", { config: { private: true } })
      .on("postgres_changes", { event: "*", schema: "public", table: "student_questions" }, (change) =>
        heard.push(change),
      );
    await new Promise<void>((resolve) =>
      changes.on("system", {}, ({ status }: { status: string }) => status === "ok" && resolve()).subscribe(),
    );
    const { data } = await student.client.auth.getUser();
    await student.client.realtime.setAuth();
    const told: object[] = [];
    const topic = student.client
      .channel(`user:${data.user!.id}`, { config: { private: true } })
      .on("broadcast", { event: "DELETE" }, ({ payload }) => told.push(payload));
    await new Promise<void>((resolve) => topic.subscribe((status) => status === "SUBSCRIBED" && resolve()));

    const ask = async ({ client }: typeof student) =>
      (await client.from("student_questions").insert({ subject: "Why", question: "?" }).select("id").single()).data!.id;
    const theirs: string = await ask(student);
    await testStack.sql`delete from public.student_questions where id = ${theirs}`;
    await until("the owner is told", () => told.length > 0);
    expect(told).toMatchObject([{ operation: "DELETE", table: "student_questions", old_record: { id: theirs } }]);
    // One reader tells all changes in their order: once the own question is heard, the deletion has passed.
    const own: string = await ask(stranger);
    await until("the own question", () => heard.length > 0);
    expect(heard.map(({ eventType, new: row }) => [eventType, row])).toMatchObject([["INSERT", { id: own }]]);
  });
});
