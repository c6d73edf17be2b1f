/** The console's functions as its pages call them: over the Data API, several at once. And the snippets for Studio. */
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { createClient } from "@supabase/supabase-js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import WebSocket from "ws";
import { signUpConfirmed } from "../../../local/accounts.ts";
import { ROOT } from "../../../scripts/schema/schema.ts";
import { startTestStack, type TestStack, until } from "../test_stack.ts";

let testStack: TestStack;
beforeAll(async () => {
  testStack = await startTestStack({ background: { cron: false, pgNet: false } });
}, 600_000);
afterAll(() => testStack?.stop());

interface Job {
  id: string;
  status: string;
  total: number;
  done: number;
  failed: number;
}

/** A signed-in account's way to the console, as web/console makes it. */
async function aConsole(email: string, { admin = true } = {}) {
  const { apiUrl, publishableKey } = testStack.stack;
  const client = createClient(apiUrl, publishableKey, {
    db: { schema: "console" },
    auth: { persistSession: false, autoRefreshToken: false },
    realtime: { transport: WebSocket as never },
  });
  await signUpConfirmed(client as never, testStack.sql, { email, password: "correct horse battery" });
  if (admin) await testStack.sql`insert into public.admins (user_id) select id from auth.users where email = ${email}`;
  return client;
}

/** Messages to a destination that nobody sends to. */
async function deliveries(destination: string, count: number): Promise<void> {
  const { sql } = testStack;
  await sql`insert into outbox.destinations (name, paused_at, paused_reason) values (${destination}, now(), 'a test')`;
  await sql`
    select outbox.write_message('tests.happened', 'things/' || i, '{}', null, array[${destination}]::text[])
    from generate_series(1, ${count}) i`;
}

describe("over the Data API", () => {
  test("an admin is answered, an account is not, and a removed admin is not although the token is valid", async () => {
    const admin = await aConsole("ada@example.com");
    expect((await admin.rpc("me")).data).toEqual({ email: "ada@example.com", name: null });
    const account = await aConsole("amina@example.com", { admin: false });
    expect((await account.rpc("home")).error).toMatchObject({ code: "42501" });
    await testStack.sql`delete from public.admins where true`;
    expect((await admin.rpc("home")).error).toMatchObject({ code: "42501", message: "the console is for admins" });
  });

  test("no table of the console can be read", async () => {
    const admin = await aConsole("reader@example.com");
    for (const table of ["commands", "actions", "jobs", "previewed"])
      expect((await admin.from(table).select()).error, table).toMatchObject({ code: "42501" });
  });

  test("a refused command is an error to the page, and is recorded", async () => {
    const admin = await aConsole("bea@example.com");
    const asked = { command: "outbox.pause", arguments: { destination: "nobody", reason: "a test" } };
    const { error, status } = await admin.rpc("run", asked);
    expect([status, error?.message]).toEqual([400, "there is no destination nobody"]);
    expect((await admin.rpc("actions")).data.rows[0]).toMatchObject({
      ...{ who: "bea@example.com", command: "outbox.pause", reason: "a test" },
      error: "there is no destination nobody",
    });
  });

  test("of two admins who looked at the same, one does it and the other is told to look again", async () => {
    const [one, two] = [await aConsole("one@example.com"), await aConsole("two@example.com")];
    await deliveries("both", 3);
    const asked = { command: "outbox.disconnect", arguments: { destination: "both", reason: "a test" } };
    const previews = await Promise.all([one.rpc("preview", asked), two.rpc("preview", asked)]);
    const hashes = previews.map(({ data }) => data.hash);
    expect(hashes[0]).toBe(hashes[1]);
    const answers = await Promise.all(
      [one, two].map((admin, i) => admin.rpc("run", { ...asked, expected_hash: hashes[i] })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(answers.find(({ status }) => status === 409)?.error?.message).toContain("look at it again");
    expect(answers.find(({ status }) => status === 200)?.data.result).toBe(3);
  });

  test("one key that comes twice at the same time is done once, and both are answered with the same", async () => {
    const admin = await aConsole("twice@example.com");
    await testStack.sql`insert into outbox.destinations (name, paused_at, paused_reason)
      values ('twice', now(), 'a test')`;
    const asked = { command: "outbox.send_test", arguments: { destination: "twice" }, key: crypto.randomUUID() };
    const answers = await Promise.all([1, 2, 3, 4].map(() => admin.rpc("run", asked)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(new Set(answers.map(({ data }) => data.result)).size).toBe(1);
    const [row] = await testStack.sql`select count(*)::int as sent from outbox.deliveries where destination = 'twice'`;
    expect(row).toEqual({ sent: 1 });
  });

  test("pages that step one job at once do every row once", async () => {
    const admin = await aConsole("cy@example.com");
    await deliveries("many", 230);
    const started = await admin.rpc("start_job", {
      ...{ command: "outbox.cancel", what: "deliveries", filters: { destination: "many" }, reason: "a test of pages" },
    });
    expect(started.error).toBeNull();
    const job: Job = started.data;
    expect(job.total).toBe(230);
    await Promise.all(
      [1, 2, 3, 4].map(async () => {
        for (let now = job; now.status === "running"; ) {
          const { data, error } = await admin.rpc("step_job", { id: job.id });
          expect(error).toBeNull();
          now = data;
        }
      }),
    );
    expect((await admin.rpc("job", { id: job.id })).data).toMatchObject({ status: "done", done: 230, failed: 0 });
    expect(
      await testStack.sql`select count(*)::int as all, count(distinct about)::int as once, min(decided_by) as who
        from ops.decisions where reason = 'a test of pages'`,
    ).toEqual([{ all: 230, once: 230, who: "cy@example.com" }]);
  });
});

describe("the topic admins", () => {
  /** How a join of it ends, and what is heard there. */
  async function join(client: Awaited<ReturnType<typeof aConsole>>) {
    await client.realtime.setAuth();
    const heard: unknown[] = [];
    // Joined is not listening yet: Realtime says apart when it hears what SQL sends.
    const channel = client.channel("admins", { config: { private: true, broadcast: { replication_ready: true } } });
    channel.on("broadcast", { event: "changed" }, ({ payload }) => heard.push(payload.area));
    const ready = new Promise<unknown>((resolve) => channel.on("system", {}, resolve));
    const status = await new Promise<string>((resolve) => channel.subscribe((found) => resolve(found)));
    return { status, ready, heard, leave: () => client.removeAllChannels() };
  }

  test("tells an admin that something has changed", async () => {
    const { status, ready, heard, leave } = await join(await aConsole("dora@example.com"));
    expect(status).toBe("SUBSCRIBED");
    expect(await ready).toMatchObject({ status: "ok" });
    // The decisions of the tests before are told at most once a second, which would mute this one.
    await testStack.sql`select setval('console.told_decisions', 1)`;
    await testStack.sql`insert into ops.decisions (command, about, reason) values ('a.test', 'nothing', 'a test')`;
    await until("it is heard", async () => heard.includes("decisions"));
    await leave();
  });

  test("no other account can join", async () => {
    const { status, leave } = await join(await aConsole("eve@example.com", { admin: false }));
    expect(status).toBe("CHANNEL_ERROR");
    await leave();
  });

  test("a transaction that stays open with its news makes nobody else wait", async () => {
    const store = (sql: typeof testStack.sql, id: string) => sql`
      insert into inbox.events (provider, type, status, trust, provider_event_id, body)
      values ('stripe', 'a.test', 'ignored', 'confirmed', ${id}, '{}')`;
    await testStack.sql`select setval('console.told_events', 1)`;
    await testStack.sql.begin(async (open) => {
      await store(open as never, "evt_open");
      await testStack.sql`select setval('console.told_events', 1)`;
      // Had it to wait for the first, the test would end here.
      await testStack.sql.begin(async (second) => {
        await second`set local lock_timeout = '1ms'`;
        await store(second as never, "evt_second");
      });
    });
  });
});

describe("supabase/snippets", async () => {
  const folder = path.join(ROOT, "supabase/snippets");
  test.each((await readdir(folder)).sort())("%s runs in Studio", async (name) => {
    const text = await readFile(path.join(folder, name), "utf8");
    expect(text, "it begins with what it shows").toMatch(/^-- \S/);
    await testStack.sql.begin("read only", (sql) => sql.unsafe(text));
  });
});
