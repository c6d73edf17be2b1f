/** Realtime outlives a crash of Postgres, and ends without a trace. */
import { afterEach, describe, expect, test } from "vitest";
import { arrival, heard, joined, newUser, startWorld, until, type World } from "./realtime.harness.ts";

let world: World;
afterEach(() => world?.stop());

async function prepare(): Promise<void> {
  world = await startWorld();
  await world.sql.unsafe(`
    create table public.notes (id int primary key, owner uuid);
    alter table public.notes enable row level security;
    create policy "own" on public.notes to authenticated
    using (owner = (current_setting('request.jwt.claims', true)::jsonb ->> 'sub')::uuid);
    grant select on public.notes to authenticated;
    alter publication supabase_realtime add table public.notes;
    create policy "all" on realtime.messages for select to authenticated using (true);
  `);
}

/** Kills Postgres as a power cut would, and waits for the next one to take connections. */
async function crash(): Promise<void> {
  const before = await world.postgres.pid();
  process.kill(before, "SIGKILL");
  await until(async () => expect(await world.postgres.pid()).not.toBe(before));
  await until(() => world.sql`select 1`);
}

describe("when Postgres is killed and comes back", () => {
  test("a client that stayed hears of it, then of changes and messages again", async () => {
    await prepare();
    const user = newUser();
    const client = await world.client({ user });
    const channel = client.channel(`user:${user.id}`, { config: { private: true } });
    const messages = heard(channel);
    const systems: { status: string; message: string }[] = [];
    const ids: number[] = [];
    channel.on("system", {}, (payload) => systems.push(payload));
    channel.on("postgres_changes", { event: "*", schema: "public", table: "notes" }, (change) =>
      ids.push((change.new as { id: number }).id),
    );
    await joined(channel);
    await until(() => expect(systems).toHaveLength(1));
    await world.sql`insert into public.notes values (1, ${user.id})`;
    await until(() => expect(ids).toEqual([1]));

    await crash();
    await until(() => expect(systems.map(({ status }) => status)).toEqual(["ok", "ok"]));
    await world.sql`insert into public.notes values (2, ${user.id})`;
    await until(() => expect(ids).toEqual([1, 2]));
    // The stream of messages is another connection: it may come back a moment later.
    await until(async () => {
      await world.sql`select realtime.send('{}', 'after', ${`user:${user.id}`})`;
      expect(messages.map(({ event }) => event)).toContain("after");
    });
    expect(channel.state).toBe("joined");
  });

  test("a private channel that joins meanwhile is refused, then let in", async () => {
    await prepare();
    const user = newUser();
    const before = await world.postgres.pid();
    process.kill(before, "SIGKILL");
    const client = await world.client({ user });
    const channel = client.channel(`user:${user.id}`, { config: { private: true } });
    const statuses: string[] = [];
    channel.subscribe((status) => statuses.push(status));
    await arrival(statuses, (status) => status === "SUBSCRIBED");
  });

  test("a channel that asks for changes meanwhile hears when they are followed", async () => {
    await prepare();
    const user = newUser();
    const socket = await world.raw();
    const before = await world.postgres.pid();
    process.kill(before, "SIGKILL");
    await socket.join("room", { postgres_changes: [{ event: "*", schema: "public", table: "notes" }] }, user.token);
    expect((await socket.frame(({ event }) => event === "system")).payload.status).toBe("ok");
    await world.sql`insert into public.notes values (1, ${user.id})`;
    await socket.frame(({ event }) => event === "postgres_changes");
  });

  test("clients can talk to each other meanwhile", async () => {
    await prepare();
    const socket = await world.raw();
    await socket.join("room", { broadcast: { self: true } });
    process.kill(await world.postgres.pid(), "SIGKILL");
    socket.send("realtime:room", "broadcast", { type: "broadcast", event: "still here", payload: {} }, "2", "1");
    expect((await socket.frame(({ event }) => event === "broadcast")).payload.event).toBe("still here");
  });
});

describe("stop", () => {
  test("closes the sockets, and leaves no connection and no slot", async () => {
    await prepare();
    const socket = await world.raw();
    await socket.join("room", { postgres_changes: [{ event: "*", schema: "public", table: "notes" }] });
    await world.realtime.stop();
    await until(() => expect(socket.closed).toBe(1001));
    await until(async () => expect(await world.sql`select from pg_replication_slots`).toHaveLength(0));
    await until(async () => {
      expect(
        await world.sql`select from pg_stat_activity where usename = 'supabase_admin' and backend_type <> 'logical replication launcher'`,
      ).toHaveLength(0);
    });
  });

  test("ends at once while Postgres is away", async () => {
    await prepare();
    process.kill(await world.postgres.pid(), "SIGKILL");
    const from = performance.now();
    await world.realtime.stop();
    expect(performance.now() - from).toBeLessThan(2_000);
  });
});
