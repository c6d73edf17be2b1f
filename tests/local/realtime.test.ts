/** The socket of Realtime: frames, joins and tokens, held against the stand-in in local/. */
import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import WebSocket from "ws";
import {
  inSeconds,
  joined,
  KEYS,
  newUser,
  startWorld,
  tokenOf,
  unique,
  until,
  type World,
  withOwnClock,
} from "./realtime_harness.ts";

let world: World;
beforeAll(async () => {
  world = await startWorld();
  await world.sql`create table public.notes (id bigint generated always as identity primary key, body text)`;
  await world.sql`grant select on public.notes to anon, authenticated`;
  await world.sql`alter publication supabase_realtime add table public.notes`;
});
afterAll(() => world?.stop());

const bindings = [{ event: "INSERT", schema: "public", table: "notes", filter: "id=eq.1" }];

describe.each(["1.0.0", "2.0.0"])("vsn %s", (vsn) => {
  test("a heartbeat is answered on topic phoenix", async () => {
    const socket = await world.raw({ vsn });
    socket.send("phoenix", "heartbeat", {}, "7");
    expect(await socket.reply("7")).toMatchObject({ topic: "phoenix", payload: { status: "ok", response: {} } });
  });

  test("a join is answered on its topic, with its refs", async () => {
    const socket = await world.raw({ vsn });
    await socket.join("room");
    expect(await socket.reply("1")).toEqual({
      ...(vsn === "1.0.0" && { join_ref: "1" }),
      joinRef: "1",
      ref: "1",
      topic: "realtime:room",
      event: "phx_reply",
      payload: { status: "ok", response: { postgres_changes: [] } },
    });
  });

  test("a join's postgres_changes come back unchanged, each with an integer id", async () => {
    const socket = await world.raw({ vsn });
    const reply = await socket.join("room", { postgres_changes: [...bindings, { event: "*", schema: "public" }] });
    const ids = reply.response.postgres_changes.map(({ id }: { id: number }) => id);
    expect(reply.response.postgres_changes).toEqual([
      { ...bindings[0], id: ids[0] },
      { event: "*", schema: "public", id: ids[1] },
    ]);
    expect(ids.every(Number.isInteger)).toBe(true);
    expect(new Set(ids).size).toBe(2);
  });

  test("a system message says when the subscription to Postgres stands", async () => {
    const socket = await world.raw({ vsn });
    await socket.join("room", { postgres_changes: bindings });
    expect(await socket.frame(({ event }) => event === "system")).toMatchObject({
      topic: "realtime:room",
      payload: { extension: "postgres_changes", status: "ok", message: "Subscribed to PostgreSQL", channel: "room" },
    });
  });

  test("the official client joins", async () => {
    const client = await world.client({ vsn });
    const channel = client
      .channel("room")
      .on("postgres_changes", { event: "INSERT", schema: "public", table: "notes" }, () => {});
    expect((await joined(channel)).state).toBe("joined");
  });
});

describe("a channel", () => {
  test("is left with an ok and a phx_close", async () => {
    const socket = await world.raw();
    await socket.join("room");
    socket.send("realtime:room", "phx_leave", {}, "2", "1");
    expect((await socket.reply("2")).payload.status).toBe("ok");
    expect(await socket.frame(({ event }) => event === "phx_close")).toMatchObject({
      topic: "realtime:room",
      joinRef: "1",
      ref: "1",
    });
  });

  test("that is joined anew closes the one before", async () => {
    const socket = await world.raw();
    await socket.join("room");
    expect((await socket.join("room", {}, undefined, "5")).status).toBe("ok");
    expect((await socket.frame(({ event }) => event === "phx_close")).joinRef).toBe("1");
  });

  test("needs a topic name", async () => {
    const socket = await world.raw();
    expect(await socket.join("")).toEqual({
      status: "error",
      response: { reason: "TopicNameRequired: You must provide a topic name" },
    });
  });

  test("that was not joined answers with an error", async () => {
    const socket = await world.raw();
    socket.send("realtime:nowhere", "broadcast", { type: "broadcast", event: "e", payload: {} }, "2", "1");
    expect((await socket.reply("2")).payload).toEqual({ status: "error", response: { reason: "unmatched topic" } });
  });

  test("is one of at most 100 on a socket", async () => {
    const socket = await world.raw();
    await Promise.all(Array.from({ length: 100 }, (_, i) => socket.join(`room ${i}`, {}, undefined, String(i))));
    expect((await socket.join("one too many", {}, undefined, "100")).response.reason).toBe(
      "ChannelRateLimitReached: Too many channels",
    );
  });

  test("has no presence here, and says so", async () => {
    const socket = await world.raw();
    await socket.join("room");
    socket.send("realtime:room", "presence", { type: "presence", event: "track", payload: {} }, "2", "1");
    expect((await socket.reply("2")).payload.status).toBe("error");
  });

  test("hears when the stream of messages stands, if it asks", async () => {
    const socket = await world.raw();
    await socket.join("room", { broadcast: { replication_ready: true } });
    expect((await socket.frame(({ event }) => event === "system")).payload).toMatchObject({
      extension: "system",
      status: "ok",
    });
  });
});

describe("a socket", () => {
  const refused = async (query: string) => {
    const socket = new WebSocket(`${world.url.replace("http", "ws")}/realtime/v1/websocket?${query}`);
    const [, response] = await once(socket, "unexpected-response");
    let body = "";
    for await (const chunk of response) body += chunk;
    return { status: response.statusCode, ...JSON.parse(body) };
  };

  test("is refused without a key", async () => {
    expect(await refused("vsn=2.0.0")).toEqual({ status: 401, error: "API key is missing" });
  });

  test("is refused with an unknown key", async () => {
    expect(await refused("apikey=sb_publishable_unknown")).toEqual({
      status: 401,
      error: "The token provided is not a valid JWT",
    });
  });

  test("is refused with a token that someone else signed", async () => {
    const [header, payload] = tokenOf("someone").split(".");
    expect(await refused(`apikey=${header}.${payload}.c2lnbmF0dXJl`)).toEqual({
      status: 401,
      error: "Failed to validate JWT signature",
    });
  });

  test("opens with a token of our own as key", async () => {
    const socket = await world.raw({ apikey: tokenOf("someone") });
    expect((await socket.join("room")).status).toBe("ok");
  });

  test("is closed when what it sends is no frame", async () => {
    const socket = await world.raw();
    socket.socket.send("nonsense");
    await until(() => expect(socket.closed).toBe(1011));
  });
});

describe("a token", () => {
  test("that has expired is refused at the join", async () => {
    const socket = await world.raw();
    const reply = await socket.join("room", {}, tokenOf("someone", { exp: Math.floor(inSeconds(-10)) }));
    expect(reply.status).toBe("error");
    expect(reply.response.reason).toMatch(/^InvalidJWTToken: Token has expired 1\d seconds ago$/);
  });

  test("without exp or role is refused at the join", async () => {
    const socket = await world.raw();
    const reply = await socket.join("room", {}, tokenOf("someone", { exp: undefined }));
    expect(reply.response.reason).toBe("InvalidJWTToken: Fields `role` and `exp` are required in JWT");
  });

  test("that starts with sb_ is ignored: the socket's key counts", async () => {
    const socket = await world.raw();
    expect((await socket.join("room", {}, KEYS.publishableKey)).status).toBe("ok");
    socket.send("realtime:room", "access_token", { access_token: "sb_publishable_whatever" }, "2", "1");
    socket.send("phoenix", "heartbeat", {}, "3");
    await socket.reply("3");
    expect(socket.frames.some(({ event }) => event === "phx_close" || event === "system")).toBe(false);
  });

  test("that expires closes the channel, and says why", async () => {
    const socket = await world.raw();
    await withOwnClock(async (pass) => {
      await socket.join("room", {}, tokenOf("someone", { exp: inSeconds(60) }));
      pass(61);
    });
    const said = await socket.frame(({ event }) => event === "system");
    expect(said.payload).toMatchObject({ extension: "system", status: "error", channel: "room" });
    expect(said.payload.message).toMatch(/^Token has expired \d seconds ago$/);
    expect(await socket.frame(({ event }) => event === "phx_close")).toMatchObject({
      topic: "realtime:room",
      ref: "1",
    });
  });

  test("that is refreshed in time keeps the channel", async () => {
    const socket = await world.raw();
    const topic = unique("room");
    const broadcast = async (ref: string) => {
      socket.send(`realtime:${topic}`, "broadcast", { type: "broadcast", event: "still", payload: {} }, ref, "1");
      return (await socket.reply(ref)).payload.status;
    };
    await withOwnClock(async (pass) => {
      const exp = inSeconds(60);
      await socket.join(topic, { broadcast: { ack: true } }, tokenOf("someone", { exp }));
      await socket.join("room that ends", {}, tokenOf("someone", { exp }), "2");
      socket.send(`realtime:${topic}`, "access_token", { access_token: tokenOf("someone") }, "3", "1");
      await broadcast("4"); // what was sent before it has been read by now
      pass(61);
    });
    await socket.frame(({ event }) => event === "phx_close");
    expect(await broadcast("5")).toBe("ok");
  });

  test("that is refreshed with a bad one closes the channel", async () => {
    const socket = await world.raw();
    await socket.join("room", {}, tokenOf("someone"));
    socket.send("realtime:room", "access_token", { access_token: "nonsense" }, "2", "1");
    expect((await socket.frame(({ event }) => event === "system")).payload.message).toBe(
      "The token provided is not a valid JWT",
    );
    await socket.frame(({ event }) => event === "phx_close");
  });

  test("of the official client may change while it is subscribed", async () => {
    const user = newUser();
    const client = await world.client({ user });
    const channel = await joined(client.channel(unique("room"), { config: { broadcast: { ack: true } } }));
    user.token = tokenOf(user.id, { session_id: "another" });
    await client.realtime.setAuth();
    expect(await channel.send({ type: "broadcast", event: "still", payload: {} })).toBe("ok");
  });
});

test("a refused join is answered late, so that a client in a loop does no harm", async () => {
  const slow = await startWorld({ joinErrorDelay: 400, on: world.postgres });
  try {
    const socket = await slow.raw();
    const from = performance.now();
    await socket.join("");
    expect(performance.now() - from).toBeGreaterThanOrEqual(395);
  } finally {
    await slow.stop();
  }
});
