/** Broadcast: by socket, by REST and from SQL, public and private, held against the stand-in in local/. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  arrival,
  heard,
  joined,
  KEYS,
  newUser,
  startWorld,
  tokenOf,
  type User,
  unique,
  until,
  type World,
} from "./realtime_harness.ts";

let world: World;
beforeAll(async () => {
  world = await startWorld();
  // As a migration would, by the role `postgres`: users read and write their own topic, and read the topic news.
  await world.sql.unsafe(`
    create policy "own topic: read" on realtime.messages for select to authenticated
    using (
      extension in ('broadcast', 'presence')
      and realtime.topic() in ('user:' || (current_setting('request.jwt.claims', true)::jsonb ->> 'sub'), 'news')
    );
    create policy "own topic: write" on realtime.messages for insert to authenticated
    with check (
      extension in ('broadcast', 'presence')
      and realtime.topic() = 'user:' || (current_setting('request.jwt.claims', true)::jsonb ->> 'sub')
    );
    create table public.orders (id bigint primary key, owner uuid, status text);
    create function public.tell_owner() returns trigger language plpgsql security definer set search_path = '' as $$
    begin
      perform realtime.broadcast_changes(
        'user:' || coalesce(new.owner, old.owner), tg_op, tg_op, tg_table_name, tg_table_schema, new, old
      );
      return null;
    end $$;
    create trigger tell_owner after insert or update or delete on public.orders
    for each row execute function public.tell_owner();
  `);
});
afterAll(() => world?.stop());

const config = { private: true };

async function listening(topic: string, options: { user?: User; vsn?: string; private?: boolean } = {}) {
  const client = await world.client(options);
  const channel = client.channel(topic, { config: { private: options.private ?? false } });
  const messages = heard(channel);
  await joined(channel);
  return messages;
}

async function sending(
  topic: string,
  broadcast: object,
  options: { user?: User; vsn?: string; private?: boolean } = {},
) {
  const client = await world.client(options);
  const channel = client.channel(topic, { config: { broadcast, private: options.private ?? false } });
  return { channel, messages: heard(channel), joined: await joined(channel) };
}

describe("a broadcast by socket", () => {
  test.each([
    ["1.0.0", "1.0.0"],
    ["1.0.0", "2.0.0"],
    ["2.0.0", "1.0.0"],
    ["2.0.0", "2.0.0"],
  ])("of vsn %s reaches a client of vsn %s", async (from, to) => {
    const topic = unique("room");
    const messages = await listening(topic, { vsn: to });
    const { channel } = await sending(topic, {}, { vsn: from });
    await channel.send({ type: "broadcast", event: "wave", payload: { to: "Zoë" } });
    expect(await arrival(messages, ({ event }) => event === "wave")).toMatchObject({
      type: "broadcast",
      payload: { to: "Zoë" },
    });
  });

  test("comes back to its sender only with self", async () => {
    const topic = unique("room");
    const quiet = await sending(topic, { self: false, ack: true });
    const loud = await sending(topic, { self: true });
    await quiet.channel.send({ type: "broadcast", event: "one", payload: {} });
    await loud.channel.send({ type: "broadcast", event: "two", payload: {} });
    await arrival(quiet.messages, ({ event }) => event === "two");
    await arrival(loud.messages, ({ event }) => event === "two");
    expect(quiet.messages.map(({ event }) => event)).toEqual(["two"]);
    expect(loud.messages.map(({ event }) => event)).toEqual(["one", "two"]);
  });

  test("is acknowledged only with ack", async () => {
    const socket = await world.raw();
    await socket.join("silent");
    await socket.join("polite", { broadcast: { ack: true } }, undefined, "2");
    socket.send("realtime:silent", "broadcast", { type: "broadcast", event: "e", payload: {} }, "3", "1");
    socket.send("realtime:polite", "broadcast", { type: "broadcast", event: "e", payload: {} }, "4", "2");
    expect((await socket.reply("4")).payload).toEqual({ status: "ok", response: {} });
    expect(socket.frames.some(({ ref }) => ref === "3")).toBe(false);
  });

  test("that is too large is refused", async () => {
    const { channel } = await sending(unique("room"), { ack: true });
    expect(await channel.send({ type: "broadcast", event: "big", payload: { text: "x".repeat(300_000) } })).toBe(
      "error",
    );
  });

  test("of bytes reaches vsn 2.0.0, and vsn 1.0.0 cannot have it", async () => {
    const topic = unique("room");
    const [modern, old] = [await listening(topic), await listening(topic, { vsn: "1.0.0" })];
    const { channel } = await sending(topic, {});
    await channel.send({ type: "broadcast", event: "bytes", payload: new Uint8Array([1, 2, 255]).buffer });
    await channel.send({ type: "broadcast", event: "end", payload: {} });
    const message = await arrival(modern, ({ event }) => event === "bytes");
    expect([...new Uint8Array(message.payload)]).toEqual([1, 2, 255]);
    await arrival(old, ({ event }) => event === "end");
    expect(old.map(({ event }) => event)).toEqual(["end"]);
  });

  test("of vsn 2.0.0 is a frame of kind 4", async () => {
    const topic = unique("room");
    const socket = await world.raw();
    await socket.join(topic);
    const { channel } = await sending(topic, {});
    await channel.send({ type: "broadcast", event: "hi", payload: { a: 1 } });
    const frame = await arrival(socket.binary, () => true);
    const name = `realtime:${topic}`;
    expect([...frame.subarray(0, 5)]).toEqual([4, name.length, 2, 0, 1]);
    expect(frame.subarray(5).toString()).toBe(`${name}hi{"a":1}`);
  });
});

describe("a private channel", () => {
  test("is joined by whom the select policy lets", async () => {
    const user = newUser();
    const client = await world.client({ user });
    await joined(client.channel(`user:${user.id}`, { config }));
  });

  test("is denied to anyone else, with hosted's words", async () => {
    const [user, stranger] = [newUser(), newUser()];
    const socket = await world.raw();
    const reply = await socket.join(`user:${user.id}`, config, stranger.token);
    expect(reply).toEqual({
      status: "error",
      response: {
        reason: `Unauthorized: You do not have permissions to read from this Channel topic: user:${user.id}`,
      },
    });
  });

  test("is denied to the anonymous, and open to the secret key", async () => {
    const anonymous = await world.client();
    await expect(joined(anonymous.channel("user:1", { config }))).rejects.toThrow("Unauthorized");
    const service = await world.client({ key: KEYS.secretKey });
    await joined(service.channel("user:1", { config }));
  });

  test("is closed by a new token that may not read it", async () => {
    const [user, stranger] = [newUser(), newUser()];
    const socket = await world.raw();
    await socket.join(`user:${user.id}`, config, user.token);
    socket.send(`realtime:user:${user.id}`, "access_token", { access_token: stranger.token }, "2", "1");
    expect((await socket.frame(({ event }) => event === "system")).payload.message).toContain(
      "You do not have permissions to read",
    );
    await socket.frame(({ event }) => event === "phx_close");
  });

  test("takes messages from whom the insert policy lets", async () => {
    const user = newUser();
    const messages = await listening(`user:${user.id}`, { user, ...config });
    const { channel } = await sending(`user:${user.id}`, { ack: true }, { user, ...config });
    expect(await channel.send({ type: "broadcast", event: "mine", payload: {} })).toBe("ok");
    await arrival(messages, ({ event }) => event === "mine");
  });

  test("silently drops messages from anyone else", async () => {
    const user = newUser();
    const messages = await listening("news", { user, ...config });
    const { channel } = await sending("news", {}, { user, ...config });
    await channel.send({ type: "broadcast", event: "forged", payload: {} });
    // Frames are handled in order: when this has been answered, the one before has been dealt with.
    const after = await sending("news", {}, { user, ...config });
    await after.channel.unsubscribe();
    await channel.unsubscribe();
    await world.sql`select realtime.send('{}', 'real', 'news')`;
    await arrival(messages, ({ event }) => event === "real");
    expect(messages.map(({ event }) => event)).toEqual(["real"]);
  });

  test("is not the public one of its name", async () => {
    const user = newUser();
    const topic = `user:${user.id}`;
    const [secret, open] = [await listening(topic, { user, ...config }), await listening(topic)];
    await world.sql`select realtime.send('{}', 'to all', ${topic}, false)`;
    await world.sql`select realtime.send('{}', 'to one', ${topic}, true)`;
    await arrival(secret, ({ event }) => event === "to one");
    await arrival(open, ({ event }) => event === "to all");
    expect([secret.length, open.length]).toEqual([1, 1]);
  });

  test("leaves no probe row behind", async () => {
    const user = newUser();
    await listening(`user:${user.id}`, { user, ...config });
    expect(await world.sql`select from realtime.messages where topic = ${`user:${user.id}`}`).toHaveLength(0);
  });
});

describe("from SQL", () => {
  test("realtime.send reaches a private topic, with the message's id", async () => {
    const user = newUser();
    const messages = await listening(`user:${user.id}`, { user, ...config });
    await world.sql`select realtime.send('{"n": 9007199254740993}', 'paid', ${`user:${user.id}`})`;
    const message = await arrival(messages, ({ event }) => event === "paid");
    const [row] = await world.sql`select id from realtime.messages where topic = ${`user:${user.id}`}`;
    expect(message.meta).toEqual({ id: row!.id });
    expect(message.payload.id).toBe(row!.id);
  });

  test("realtime.send reaches vsn 1.0.0 too", async () => {
    const user = newUser();
    const messages = await listening(`user:${user.id}`, { user, vsn: "1.0.0", ...config });
    await world.sql`select realtime.send('{"id": "own", "a": 1}', 'paid', ${`user:${user.id}`})`;
    expect((await arrival(messages, () => true)).payload).toEqual({ id: "own", a: 1 });
  });

  test("realtime.send_binary sends bytes", async () => {
    const topic = unique("room");
    const messages = await listening(topic);
    await world.sql`select realtime.send_binary('\\x00ff10', 'bytes', ${topic}, false)`;
    expect([...new Uint8Array((await arrival(messages, () => true)).payload)]).toEqual([0, 255, 16]);
  });

  test("broadcast_changes tells a private topic of a row's insert, update and delete", async () => {
    const user = newUser();
    const messages = await listening(`user:${user.id}`, { user, ...config });
    const id = Math.floor(Math.random() * 1e9);
    await world.sql`insert into public.orders values (${id}, ${user.id}, 'pending')`;
    await world.sql`update public.orders set status = 'paid' where id = ${id}`;
    await world.sql`delete from public.orders where id = ${id}`;
    await arrival(messages, ({ event }) => event === "DELETE");
    const [pending, paid] = ["pending", "paid"].map((status) => ({ id, owner: user.id, status }));
    const sent = { table: "orders", schema: "public" };
    expect(messages.map(({ payload: { id: _, ...rest } }) => rest)).toEqual([
      { ...sent, operation: "INSERT", record: pending, old_record: null },
      { ...sent, operation: "UPDATE", record: paid, old_record: pending },
      { ...sent, operation: "DELETE", record: null, old_record: paid },
    ]);
  });

  test("nothing is sent of a transaction that is rolled back", async () => {
    const topic = unique("room");
    const messages = await listening(topic);
    await world.sql
      .begin(async (transaction) => {
        await transaction`select realtime.send('{}', 'undone', ${topic}, false)`;
        throw new Error("undo");
      })
      .catch(() => {});
    await world.sql`select realtime.send('{}', 'done', ${topic}, false)`;
    await arrival(messages, ({ event }) => event === "done");
    expect(messages.map(({ event }) => event)).toEqual(["done"]);
  });

  test("a failure to send is a warning, not an error", async () => {
    expect(await world.sql`select realtime.send('"no object"', 'e', null)`).toHaveLength(1);
  });

  test("a wrong operation fails the trigger", async () => {
    const call = world.sql`select realtime.broadcast_changes('t', 'e', 'TRUNCATE', 't', 'public', null, null)`;
    await expect(call).rejects.toThrow("Failed to process the row: Unexpected operation type: TRUNCATE");
  });

  test("a private topic replays what was sent before the join, each message once", async () => {
    const user = newUser();
    const topic = `user:${user.id}`;
    const since = Date.now() - 60_000;
    for (const n of [1, 2, 3])
      await world.sql`select realtime.send(jsonb_build_object('n', ${n}::int), 'past', ${topic})`;
    const client = await world.client({ user });
    const channel = client.channel(topic, { config: { ...config, broadcast: { replay: { since, limit: 2 } } } });
    const messages = heard(channel);
    await joined(channel);
    await world.sql`select realtime.send('{"n": 4}', 'now', ${topic})`;
    await arrival(messages, ({ event }) => event === "now");
    expect(messages.map(({ payload, meta }) => [payload.n, meta?.replayed ?? false])).toEqual([
      [2, true],
      [3, true],
      [4, false],
    ]);
  });
});

describe("REST", () => {
  const post = (path: string, body: string | Uint8Array, headers: Record<string, string> = {}) =>
    fetch(`${world.url}/realtime/v1/api/broadcast${path}`, {
      method: "POST",
      body: body as BodyInit,
      headers: { apikey: KEYS.publishableKey, "content-type": "application/json", ...headers },
    });

  test("sends a batch", async () => {
    const topics = [unique("room"), unique("room")];
    const messages = await Promise.all(topics.map((topic) => listening(topic)));
    const response = await post(
      "",
      JSON.stringify({ messages: topics.map((topic, n) => ({ topic, event: "e", payload: { n } })) }),
    );
    expect([response.status, await response.text()]).toEqual([202, ""]);
    expect((await arrival(messages[0]!, () => true)).payload).toEqual({ n: 0 });
    expect((await arrival(messages[1]!, () => true)).payload).toEqual({ n: 1 });
  });

  test("says what is wrong with a batch", async () => {
    const response = await post("", JSON.stringify({ messages: [{ topic: "room", payload: {} }] }));
    expect(response.status).toBe(422);
    expect(await response.json()).toEqual({ errors: { messages: [{ event: ["can't be blank"] }] } });
    expect((await post("", "{}")).status).toBe(422);
    expect((await post("", "no json")).status).toBe(422);
  });

  test("sends one message, by the official client's httpSend", async () => {
    const topic = unique("room of Zoë");
    const messages = await listening(topic);
    const client = await world.client();
    expect(await client.channel(topic).httpSend("so it is", { a: [1] })).toEqual({ success: true });
    expect(await arrival(messages, () => true)).toMatchObject({ event: "so it is", payload: { a: [1] } });
  });

  test("sends bytes", async () => {
    const topic = unique("room");
    const messages = await listening(topic);
    const response = await post(`/${topic}/events/bytes`, new Uint8Array([7, 0]), {
      "content-type": "application/octet-stream",
    });
    expect(response.status).toBe(202);
    expect([...new Uint8Array((await arrival(messages, () => true)).payload)]).toEqual([7, 0]);
  });

  test("takes no other content types", async () => {
    expect((await post("/room/events/e", "a=1", { "content-type": "text/plain" })).status).toBe(415);
  });

  test("sends to a private topic for whom the insert policy lets", async () => {
    const user = newUser();
    const messages = await listening(`user:${user.id}`, { user, ...config });
    const client = await world.client({ user });
    await client.channel(`user:${user.id}`, { config }).httpSend("mine", {});
    await arrival(messages, ({ event }) => event === "mine");
  });

  test("drops what may not be sent to a private topic", async () => {
    const user = newUser();
    const messages = await listening(`user:${user.id}`, { user, ...config });
    const forged = { topic: `user:${user.id}`, event: "forged", payload: {}, private: true };
    const stranger = { authorization: `Bearer ${newUser().token}` };
    expect((await post("", JSON.stringify({ messages: [forged] }), stranger)).status).toBe(202);
    expect((await post(`/${forged.topic}/events/forged?private=true`, "{}", stranger)).status).toBe(403);
    await world.sql`select realtime.send('{}', 'real', ${forged.topic})`;
    await arrival(messages, ({ event }) => event === "real");
    expect(messages.map(({ event }) => event)).toEqual(["real"]);
  });

  test("needs a key or a token that is valid", async () => {
    expect((await post("", "{}", { apikey: "sb_publishable_unknown" })).status).toBe(401);
    expect((await post("", "{}", { authorization: `Bearer ${tokenOf("someone", { exp: 1 })}` })).status).toBe(401);
  });

  test("knows no other paths", async () => {
    expect((await fetch(`${world.url}/realtime/v1/api/tenants`)).status).toBe(404);
    expect((await fetch(`${world.url}/realtime/v1/api/broadcast`)).status).toBe(404);
    expect((await post("/%zz/events/e", "{}")).status).toBe(400);
  });

  test("lets browsers of other origins in", async () => {
    const response = await fetch(`${world.url}/realtime/v1/api/broadcast`, { method: "OPTIONS" });
    expect([response.status, response.headers.get("access-control-allow-origin")]).toEqual([204, "*"]);
  });
});

describe("what `postgres` may do to schema realtime", () => {
  test("policies can be made, changed and dropped", async () => {
    await world.sql`create policy passing on realtime.messages for select to anon using (false)`;
    await world.sql`alter policy passing on realtime.messages to authenticated`;
    await world.sql`drop policy passing on realtime.messages`;
  });

  test.each([
    "alter table realtime.messages add column extra int",
    "alter table realtime.messages disable row level security",
    "create table realtime.extra (id int)",
    "create function realtime.extra() returns int language sql as 'select 1'",
    "create trigger extra before insert on realtime.messages for each row execute function suppress_redundant_updates_trigger()",
  ])("as on hosted, not: %s", async (statement) => {
    await expect(world.sql.unsafe(statement)).rejects.toMatchObject({ code: "42501" });
  });

  test("there is a partition for each day from yesterday to three days ahead", async () => {
    const days = await world.sql`
      select c.relname, to_regclass('realtime.messages_' || to_char(now() + n * interval '1 day', 'YYYY_MM_DD'))
        is not null as there
      from generate_series(-1, 3) n cross join pg_class c where c.oid = 'realtime.messages'::regclass
    `;
    expect(days.map(({ there }) => there)).toEqual([true, true, true, true, true]);
  });
});

test("a socket that is gone is forgotten", async () => {
  const topic = unique("room");
  const socket = await world.raw();
  await socket.join(topic);
  socket.socket.terminate();
  const messages = await listening(topic);
  await world.sql`select realtime.send('{}', 'after', ${topic}, false)`;
  await arrival(messages, ({ event }) => event === "after");
  await until(() => expect(world.logged.filter((line) => line.startsWith("socket"))).toEqual([]));
});
