/**
 * The frames that realtime_client (supabase_flutter 2.x) sends, replayed against the local Realtime: what lib/src/
 * realtime.dart asks for is answered in the form that it reads. Both protocol versions: 2.x sends 1.0.0, newer 2.0.0.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { RawSocket } from "../../local/realtime_harness.ts";
import { aBuyer, startTestStack, type TestStack, until } from "../../stack/test_stack.ts";

let testStack: TestStack;
let account: { id: string; token: string };
beforeAll(async () => {
  testStack = await startTestStack({ background: { cron: false, pgNet: false } });
  const { id, client } = await aBuyer(testStack);
  await client.realtime.disconnect();
  account = { id, token: (await client.auth.getSession()).data.session!.access_token };
});
afterAll(() => testStack?.stop());

const sockets: RawSocket[] = [];
afterEach(() => {
  for (const { socket } of sockets.splice(0)) socket.terminate();
});

async function connect(vsn: string): Promise<RawSocket> {
  const { apiUrl, publishableKey } = testStack.stack;
  const socket = await RawSocket.open(apiUrl, { vsn, apikey: publishableKey });
  sockets.push(socket);
  return socket;
}

/** As RealtimeChannel.subscribe makes it. */
const config = (changes: object[] = []) => ({
  broadcast: { ack: false, self: false },
  presence: { key: "", enabled: false },
  postgres_changes: changes,
  private: true,
});

interface Broadcast {
  event: string;
  payload: Record<string, unknown>;
}

/** The broadcasts that a socket heard, as onBroadcast's callback gets them. */
function broadcasts(socket: RawSocket): Broadcast[] {
  const text = socket.frames.filter(({ event }) => event === "broadcast").map(({ payload }) => payload as Broadcast);
  // Kind 4: lengths of topic, event and meta, the encoding, then these and the payload.
  const binary = socket.binary.map((frame) => {
    const [kind, topic, event, meta, encoding] = frame;
    expect([kind, encoding]).toEqual([4, 1]);
    const start = 5 + topic!;
    const name = frame.subarray(start, start + event!).toString();
    return { event: name, payload: JSON.parse(frame.subarray(start + event! + meta!).toString()) };
  });
  return [...text, ...binary];
}

describe.each(["1.0.0", "2.0.0"])("vsn %s", (vsn) => {
  test("joins the account's topic, sends its token again, and is told of a change with its sequence", async () => {
    const socket = await connect(vsn);
    const topic = `user:${account.id}`;
    expect(await socket.join(topic, config(), account.token, "1")).toEqual({
      status: "ok",
      response: { postgres_changes: [] },
    });
    socket.send(`realtime:${topic}`, "access_token", { access_token: account.token }, "2", "1");
    socket.send("phoenix", "heartbeat", {}, "3");
    expect((await socket.reply("3")).payload.status).toBe("ok");

    await testStack.sql`insert into public.notifications (user_id, kind, title) values (${account.id}, 'recap_ready', ${vsn})`;
    const { event, payload } = await until("the broadcast", () => broadcasts(socket)[0]);
    expect(event).toBe("INSERT");
    expect(payload).toMatchObject({
      operation: "INSERT",
      schema: "public",
      table: "notifications",
      record: { title: vsn },
      old_record: null,
      sequence: expect.any(Number),
      previous: null,
      transaction: expect.any(Number),
    });

    socket.send(`realtime:${topic}`, "phx_leave", {}, "4", "1");
    expect((await socket.reply("4")).payload.status).toBe("ok");
  });

  test("joins a table's private channel for .stream(): its binding comes back with an integer id", async () => {
    const socket = await connect(vsn);
    const binding = { event: "*", schema: "public", table: "cohort_messages" };
    const { status, response } = await socket.join("public:cohort_messages:1", config([binding]), account.token);
    expect(status).toBe("ok");
    expect(response.postgres_changes).toEqual([{ ...binding, id: expect.any(Number) }]);
    expect(Number.isInteger(response.postgres_changes[0].id)).toBe(true);
  });

  test("is refused the topic of another account, with an object of reasons", async () => {
    const socket = await connect(vsn);
    const { status, response } = await socket.join(`user:${crypto.randomUUID()}`, config(), account.token);
    expect([status, Object.keys(response)]).toEqual(["error", ["reason"]]);
  });

  test("is closed when it joins the same topic again, as after a resume", async () => {
    const socket = await connect(vsn);
    const topic = `user:${account.id}`;
    await socket.join(topic, config(), account.token, "1");
    expect((await socket.join(topic, config(), account.token, "2")).status).toBe("ok");
    await socket.frame(({ event, ref }) => event === "phx_close" && ref === "1");
  });
});
