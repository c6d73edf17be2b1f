/** Realtime outlives a crash of Postgres, and ends without a trace. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { arrival, heard, joined, newUser, startWorld, until, type World } from "./realtime.harness.ts";

let world: World;
beforeAll(async () => {
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
});
afterAll(() => world?.stop());

const notes = [{ event: "*", schema: "public", table: "notes" }];

/** Kills Postgres as a power cut would; the next one is on its way when this resolves. */
async function kill(): Promise<void> {
  const before = await world.postgres.pid();
  process.kill(before, "SIGKILL");
  await until(async () => expect(await world.postgres.pid()).not.toBe(before));
}

describe("when Postgres is killed and comes back", () => {
  test("a client that stayed hears of it, then of changes and messages again", async () => {
    const user = newUser();
    const client = await world.client({ user });
    const channel = client.channel(`user:${user.id}`, { config: { private: true } });
    const messages = heard(channel);
    const systems: string[] = [];
    const ids: number[] = [];
    channel.on("system", {}, ({ message }) => systems.push(message));
    channel.on("postgres_changes", { event: "*", schema: "public", table: "notes" }, (change) =>
      ids.push((change.new as { id: number }).id),
    );
    await joined(channel);
    await until(() => expect(systems).toHaveLength(1));
    await world.sql`insert into public.notes values (1, ${user.id})`;
    await until(() => expect(ids).toEqual([1]));

    await kill();
    await until(() => expect(systems).toEqual(["Subscribed to PostgreSQL", "Subscribed to PostgreSQL"]));
    await world.sql`insert into public.notes values (2, ${user.id})`;
    await until(() => expect(ids).toEqual([1, 2]));
    // Messages come by a connection of their own, which may be back a moment later.
    await until(async () => {
      await world.sql`select realtime.send('{}', 'after', ${`user:${user.id}`})`;
      expect(messages.map(({ event }) => event)).toContain("after");
    });
    expect(channel.state).toBe("joined");
  });

  test("a join of a private channel is refused meanwhile, and then is not", async () => {
    const user = newUser();
    const socket = await world.raw();
    process.kill(await world.postgres.pid(), "SIGKILL");
    const refused = await socket.join("room", { private: true }, user.token);
    expect(refused.response.reason).toBe("UnableToConnectToProject: Realtime was unable to connect to the project database");
    let attempt = 1;
    await until(async () => {
      attempt++;
      expect((await socket.join("room", { private: true }, user.token, String(attempt))).status).toBe("ok");
    });
  });

  test("a channel that asks for changes meanwhile hears when they are followed", async () => {
    const user = newUser();
    const socket = await world.raw();
    process.kill(await world.postgres.pid(), "SIGKILL");
    await socket.join("room", { postgres_changes: notes }, user.token);
    await socket.frame(({ event, payload }) => event === "system" && payload.status === "ok");
    await until(() => world.sql`insert into public.notes values (3, ${user.id}) on conflict do nothing`);
    await socket.frame(({ event }) => event === "postgres_changes");
  });

  test("clients can talk to each other meanwhile", async () => {
    const socket = await world.raw();
    await socket.join("room", { broadcast: { self: true } });
    process.kill(await world.postgres.pid(), "SIGKILL");
    socket.send("realtime:room", "broadcast", { type: "broadcast", event: "still here", payload: {} }, "2", "1");
    expect((await socket.frame(({ event }) => event === "broadcast")).payload.event).toBe("still here");
  });

  test("changes of many clients in the midst of a crash harm no one", async () => {
    const users = Array.from({ length: 5 }, newUser);
    const sockets = await Promise.all(users.map(() => world.raw()));
    await until(() => world.sql`select 1`);
    await Promise.all(sockets.map((socket, i) => socket.join("room", { postgres_changes: notes }, users[i]!.token)));
    await Promise.all(sockets.map((socket) => socket.frame(({ event, payload }) => event === "system" && payload.status === "ok")));
    await world.sql`insert into public.notes select 100 + n, ${users[0]!.id}::uuid from generate_series(1, 200) n`;
    await kill();
    await arrival(sockets[0]!.frames, ({ event, payload }) => event === "postgres_changes" && payload.data.record.id === 300);
  });
});

describe("stop", () => {
  test("closes the sockets, and leaves no connection and no slot", async () => {
    const socket = await world.raw();
    await socket.join("room", { postgres_changes: notes });
    await socket.frame(({ event }) => event === "system");
    await world.realtime.stop();
    await until(() => expect(socket.closed).toBe(1001));
    await until(async () => expect(await world.sql`select from pg_replication_slots`).toHaveLength(0));
    await until(async () => {
      const ours = await world.sql`select from pg_stat_activity where application_name like 'realtime%'`;
      expect(ours).toHaveLength(0);
    });
  });

  test("ends at once while Postgres is away", async () => {
    const other = await startWorld();
    try {
      process.kill(await other.postgres.pid(), "SIGKILL");
      const from = performance.now();
      await other.realtime.stop();
      expect(performance.now() - from).toBeLessThan(2_000);
    } finally {
      await other.stop();
    }
  });
});
