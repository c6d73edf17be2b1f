/** clients/web against the whole system: whatever happens to its socket and token, it has the server's rows. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import postgres from "postgres";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import WebSocket from "ws";
import {
  type Change,
  type Watch,
  type WatchOptions,
  WatchRefused,
  waitForPayment,
  watch,
} from "../../../clients/web/src/index.ts";
import { signJwt } from "../../../local/keys.ts";
import { unfold } from "../../stack/docs/guide.ts";
import { pays, postCheckout, sends } from "../../stack/storefront.ts";
import {
  aBuyer,
  aProduct,
  aSale,
  postStripe,
  saleEvent,
  startTestStack,
  type TestStack,
  until,
} from "../../stack/test_stack.ts";
import { untilHolds } from "../../until.ts";

let testStack: TestStack;
let writers: postgres.Sql;
beforeAll(async () => {
  testStack = await startTestStack({ background: { cron: false, pgNet: false } });
  writers = postgres(testStack.stack.dbUrl, { max: 4, onnotice() {} });
});
afterAll(async () => {
  await writers?.end({ timeout: 1 });
  await testStack?.stop();
});

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

interface App {
  id: string;
  topic: string;
  client: SupabaseClient;
  /** What its screen shows: notifications by id. */
  rows: Map<string, Record<string, unknown>>;
  changes: Change[];
  errors: unknown[];
  /** How often it read the tables. */
  loads: number;
  /** Its open sockets. */
  sockets: Set<WebSocket>;
  /** Decides which frames of the server reach the client: all, unless a test says otherwise. */
  network: { passes(frame: string): boolean };
  /** Of its session: what it gets when it asks for a token. */
  session: { token: string };
  watch(options?: Partial<WatchOptions>): Watch;
}

const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;

/** An app of an account of its own, on whose network a test has its hands. */
async function anApp(): Promise<App> {
  const { stack } = testStack;
  const { id, client: other } = await aBuyer(testStack);
  await other.realtime.disconnect();
  const sockets = new Set<WebSocket>();
  const network = { passes: (_frame: string) => true };
  class Transport extends WebSocket {
    constructor(...args: ConstructorParameters<typeof WebSocket>) {
      super(...args);
      sockets.add(this);
      this.on("close", () => sockets.delete(this));
    }
    override emit(event: string | symbol, ...args: unknown[]): boolean {
      return event === "message" && !network.passes(String(Buffer.from(args[0] as ArrayBuffer)))
        ? false
        : super.emit(event, ...args);
    }
  }
  const session = { token: tokenOf(id, inSeconds(3600)) };
  const app: App = {
    id,
    session,
    topic: `user:${id}`,
    rows: new Map(),
    changes: [],
    errors: [],
    loads: 0,
    sockets,
    network,
    client: createClient(stack.apiUrl, stack.publishableKey, {
      accessToken: async () => session.token,
      realtime: { transport: Transport as never },
    }),
    watch(options) {
      const watching = watch(app.topic, {
        supabase: app.client,
        async load() {
          app.loads++;
          const { data } = await app.client.from("notifications").select().throwOnError();
          app.rows = new Map(data.map((row) => [row.id, row]));
        },
        change(change) {
          app.changes.push(change);
          if (change.record) app.rows.set(String(change.record.id), change.record);
          else app.rows.delete(String(change.old_record!.id));
        },
        error: (error) => app.errors.push(error),
        ...options,
      });
      cleanUps.push(watching.stop);
      return watching;
    },
  };
  cleanUps.push(() => app.client.realtime.disconnect());
  return app;
}

const tokenOf = (id: string, exp: number) =>
  signJwt({ aud: "authenticated", role: "authenticated", sub: id, exp }, testStack.stack.jwtSecret);

async function adds({ id }: App, title: string): Promise<string> {
  const [row] = await writers`
    insert into public.notifications (user_id, kind, title) values (${id}, 'recap_ready', ${title}) returning id`;
  return row!.id;
}

/** All rows of the account, as the server has them, and as the app has. */
async function expectServersRows(app: App): Promise<void> {
  const rows = await writers`
    select to_jsonb(n) as row from public.notifications n where n.user_id = ${app.id} order by n.id`;
  const byId = (a: Record<string, unknown>, b: Record<string, unknown>) => (String(a.id) < String(b.id) ? -1 : 1);
  const fields = ({ id, title, read_at }: Record<string, unknown>) => ({ id, title, read: read_at !== null });
  expect([...app.rows.values()].sort(byId).map(fields)).toEqual(rows.map(({ row }) => fields(row)));
}

/** Each change since the watch began was applied once, and those of a row in order. */
async function expectEachChangeOnce(app: App, from: number): Promise<void> {
  const told = await writers`
    select sequence::int from public.topic_changes where topic = ${app.topic} and sequence >= ${from} order by 1`;
  const sequences = app.changes.map(({ sequence }) => sequence);
  expect(sequences.toSorted((a, b) => a - b)).toEqual(told.map(({ sequence }) => sequence));
  const last = new Map<unknown, number>();
  for (const { sequence, record, old_record } of app.changes) {
    const id = (record ?? old_record)!.id;
    expect(sequence).toBeGreaterThan(last.get(id) ?? 0);
    last.set(id, sequence);
  }
}

/** 500 changes by four writers at once, some in transactions that stay open. All wait for `meanwhile`. */
async function fiveHundredChanges(app: App, meanwhile: (written: number) => Promise<void>): Promise<void> {
  let written = 0;
  let waiting = Promise.resolve();
  await Promise.all(
    Array.from({ length: 4 }, async (_, hand) => {
      const mine: string[] = [];
      for (let n = 0; n < 125; n++) {
        const place = (n * 7 + hand) % 10;
        if (mine.length < 5 || place < 3) mine.push(await adds(app, `${hand}/${n}`));
        else if (place < 9) {
          await writers.begin(async (sql) => {
            await sql`
              update public.notifications set title = title || '+', read_at = ${n % 2 ? new Date() : null}
              where id = ${mine[n % mine.length]!}`;
            if (n % 5 === 0) await sql`select pg_sleep(0.01)`;
          });
        } else await writers`delete from public.notifications where id = ${mine.splice(n % mine.length, 1)[0]!}`;
        const count = ++written;
        waiting = waiting.then(() => meanwhile(count));
        await waiting;
      }
    }),
  );
}

describe("waitForPayment", () => {
  /** A signed-in buyer's checkout, and a function payment-status that wants to be asked again after an hour. */
  async function aPurchase() {
    const buyer = await aBuyer(testStack);
    cleanUps.push(() => buyer.client.realtime.disconnect());
    const sku = await aProduct(testStack);
    const { data } = await buyer.client.auth.getSession();
    const session = data.session!;
    const purchase = { provider: "stripe", items: [{ sku, quantity: 1 }] };
    const response = await postCheckout(testStack, purchase, { bearer: session.access_token });
    const seldom = createServer(async (request, answer) => {
      const status = await fetch(`${testStack.stack.functionsUrl}${request.url}`, {
        headers: { authorization: request.headers.authorization! },
      });
      const body = await status.json();
      const ask_again_in_ms = body.ask_again_in_ms === null ? null : 3_600_000;
      answer.writeHead(status.status).end(JSON.stringify({ ...body, ask_again_in_ms }));
    }).listen(0, "127.0.0.1");
    await once(seldom, "listening");
    cleanUps.push(() => seldom.close());
    const functionsUrl = `http://127.0.0.1:${(seldom.address() as AddressInfo).port}`;
    return { buyer, session, bought: await response.json(), functionsUrl };
  }

  test("hears of a signed-in buyer's payment by Realtime, and needs no token", async () => {
    const { buyer, bought, functionsUrl } = await aPurchase();
    const shown: string[] = [];
    const waiting = waitForPayment(bought.checkout_session_id, {
      functionsUrl,
      supabase: buyer.client as unknown as SupabaseClient,
      status: ({ state }) => shown.push(state),
    });
    await until("the topic to be joined", () => buyer.client.getChannels()[0]?.state === "joined");
    await until("the first answer", () => shown.length > 0);
    await sends(testStack, "stripe", await pays(testStack, "stripe", bought, "captured"));
    expect(await waiting).toMatchObject({ state: "paid", order: { total_minor: 2450 } });
    expect(shown[0]).toBe("processing");
    await until("the topic to be left", () => buyer.client.getChannels().length === 0);
  });

  test("knows of a payment that came between its first question and the watch", async () => {
    const { session, bought, functionsUrl } = await aPurchase();
    let begin = () => {};
    const paid = new Promise<void>((resolve) => {
      begin = resolve;
    });
    const client = createClient(testStack.stack.apiUrl, testStack.stack.publishableKey, {
      auth: { persistSession: false, autoRefreshToken: false },
      realtime: { transport: WebSocket as never },
      global: {
        async fetch(input, init) {
          if (String(input).includes("/rpc/changes_since")) await paid;
          return fetch(input, init);
        },
      },
    });
    cleanUps.push(() => client.realtime.disconnect());
    await client.auth.setSession(session);
    const shown: string[] = [];
    const waiting = waitForPayment(bought.checkout_session_id, {
      functionsUrl,
      supabase: client,
      status: ({ state }) => shown.push(state),
    });
    await until("the first answer", () => shown.length > 0);
    await sends(testStack, "stripe", await pays(testStack, "stripe", bought, "captured"));
    begin();
    expect(await waiting).toMatchObject({ state: "paid" });
    expect(shown[0]).toBe("processing");
  });
});

describe("a watch", () => {
  test("loads the tables, then applies what changes, as it is broadcast", async () => {
    const app = await anApp();
    await adds(app, "before");
    const watching = app.watch();
    await watching.ready;
    expect([app.loads, app.rows.size]).toEqual([1, 1]);
    const id = await adds(app, "live");
    await until("the new row", () => app.rows.has(id));
    await writers`delete from public.notifications where id = ${id}`;
    await until("it to go", () => !app.rows.has(id));
    await expectServersRows(app);
    expect(app.changes.map(({ operation }) => operation)).toEqual(["INSERT", "DELETE"]);
    expect(app.errors).toEqual([]);
  });

  test("knows of a change that came between its join and the moment from which Realtime listens", async () => {
    const app = await anApp();
    // The change is not broadcast to it, and what says that Realtime listens comes after it.
    let listens: Buffer | undefined;
    app.network.passes = (frame) => {
      if (!listens && frame.includes("Replication connection established")) {
        listens = Buffer.from(frame);
        return false;
      }
      return !frame.includes("unheard");
    };
    await app.watch().ready;
    await adds(app, "unheard");
    const frame = await until("Realtime to listen", () => listens);
    [...app.sockets][0]!.emit("message", frame, false);
    await untilHolds(() => expectServersRows(app));
  });

  test("has the server's rows after 500 changes, during which its socket was killed again and again", async () => {
    const app = await anApp();
    const first = await adds(app, "before");
    await app.watch().ready;
    let kills = 0;
    let next = 1 + Math.floor(Math.random() * 60);
    await fiveHundredChanges(app, async (written) => {
      if (written < next) return;
      next += 20 + Math.floor(Math.random() * 60);
      // At any moment of its life: while it opens, joins, or is told of changes.
      const socket = await until("a socket", () => [...app.sockets][0]);
      if (Math.random() < 0.5) await until("it to open", () => socket.readyState !== WebSocket.CONNECTING);
      socket.terminate();
      kills++;
    });
    await writers`update public.notifications set title = 'last' where id = ${first}`;
    await until("the last change", () => app.rows.get(first)?.title === "last");
    await untilHolds(() => expectServersRows(app));
    const [insert] = await writers`
      select min(sequence)::int as sequence from public.topic_changes where topic = ${app.topic}`;
    await expectEachChangeOnce(app, insert!.sequence + 1);
    expect(kills).toBeGreaterThanOrEqual(5);
    expect([app.changes.length, app.loads]).toEqual([501, 1]);
  });

  test("that sleeps past its token's end has the server's rows when it wakes", async () => {
    const app = await anApp();
    app.session.token = tokenOf(app.id, inSeconds(12));
    const watching = app.watch();
    await watching.ready;
    await adds(app, "awake");
    await untilHolds(() => expectServersRows(app));
    // Nothing renews the token: the server closes the channel, and the API refuses.
    await until("the token's end", () => app.errors.some((error) => /^Error: Realtime: /.test(String(error))));
    for (const title of ["1", "2", "3"]) await adds(app, title);
    expect(app.rows.size).toBe(1);
    app.session.token = tokenOf(app.id, inSeconds(3600));
    watching.wake();
    await untilHolds(() => expectServersRows(app));
    await adds(app, "live again");
    await untilHolds(() => expectServersRows(app));
    expect([app.changes.length, app.loads]).toEqual([5, 1]);
  });

  test("goes on from the cursor of an earlier one, without reading the tables", async () => {
    const app = await anApp();
    const earlier = app.watch();
    await earlier.ready;
    earlier.stop();
    await earlier.ended;
    const ids = [await adds(app, "1"), await adds(app, "2")];
    await app.watch({ cursor: earlier.cursor }).ready;
    expect(app.changes.map(({ record }) => record!.id)).toEqual(ids);
    expect(app.loads).toBe(1);
  });

  test("reads the tables again when changes after its cursor are not kept any more", async () => {
    const app = await anApp();
    const earlier = app.watch();
    await earlier.ready;
    earlier.stop();
    await adds(app, "lost");
    await writers`delete from public.topic_changes where topic = ${app.topic}`;
    await writers`update ops.topic_feed set kept_after = pg_current_xact_id() where only_row`;
    await app.watch({ cursor: earlier.cursor }).ready;
    expect([app.loads, app.changes]).toEqual([2, []]);
    await expectServersRows(app);
  });

  test("reads them until it can", async () => {
    const app = await anApp();
    let tries = 0;
    await app.watch({
      load() {
        if (++tries < 2) throw new Error("the API is away");
      },
    }).ready;
    expect([tries, app.errors.map(String)]).toEqual([2, ["Error: the API is away"]]);
  });

  /** Told of a row while `changes_since` is under way, and of its next change while `load` is. */
  async function toldWhileLoading(app: App, afterwards = (_loads: number) => {}) {
    const frames: string[] = [];
    app.network.passes = (frame) => frames.push(frame) > 0;
    const heard = (text: string) => until(`"${text}" is heard`, () => frames.some((frame) => frame.includes(text)));
    const rpc = app.client.rpc.bind(app.client);
    let isAsked = false;
    let answer = () => {};
    const answers = new Promise<void>((resolve) => {
      answer = resolve;
    });
    Object.assign(app.client, {
      async rpc(...args: Parameters<typeof rpc>) {
        const page = await rpc(...args);
        isAsked = true;
        await answers;
        return page;
      },
    });
    const watching = app.watch({
      async load() {
        if (++app.loads === 1) {
          await writers`update public.notifications set title = 'shipped' where user_id = ${app.id}`;
          await heard("shipped");
        }
        afterwards(app.loads);
        const { data } = await app.client.from("notifications").select().throwOnError();
        app.rows = new Map(data.map((row) => [row.id, row]));
      },
    });
    await heard("Replication connection established");
    await until("the question", () => isAsked);
    await adds(app, "confirmed");
    await heard("confirmed");
    answer();
    await watching.ready;
  }

  test("applies what is told while it loads in order", async () => {
    const app = await anApp();
    await toldWhileLoading(app);
    await until("both", () => app.changes.length === 2);
    expect(app.changes.map(({ record }) => record!.title)).toEqual(["confirmed", "shipped"]);
    await expectServersRows(app);
  });

  test("applies nothing of what was told before a load that failed: the next one reads it", async () => {
    const app = await anApp();
    await toldWhileLoading(app, (loads) => {
      if (loads === 1) throw new Error("the API is away");
    });
    expect([app.loads, app.changes, app.errors.map(String)]).toEqual([2, [], ["Error: the API is away"]]);
    await expectServersRows(app);
  });

  test("goes on when a change cannot be applied, and says so", async () => {
    const app = await anApp();
    const seen: string[] = [];
    await app.watch({
      change({ record }) {
        seen.push(String(record!.title));
        if (record!.title === "1") throw new Error("no room");
      },
    }).ready;
    for (const title of ["1", "2"]) await adds(app, title);
    await until("both", () => seen.length === 2);
    expect([seen, app.errors.map(String)]).toEqual([["1", "2"], ["Error: no room"]]);
  });

  test("of somebody else's topic ends, and says why", async () => {
    const [app, other] = [await anApp(), await anApp()];
    const watching = watch(other.topic, { supabase: app.client, change() {} });
    await expect(watching.ended).rejects.toThrow(WatchRefused);
    await expect(watching.ended).rejects.toMatchObject({ code: "42501" });
    await expect(watching.ready).rejects.toThrow(/is not one that you may read/);
  });

  test("keeps the rows of README.md's app", async () => {
    const guide = await unfold("../../clients/web/README.md");
    cleanUps.push(() => guide.remove());
    const { followOrders } = await guide.load("app.ts");
    const app = await anApp();
    const orders = new Map<unknown, { status: string }>();
    const watching: Watch = followOrders(app.client, app.id, orders, () => {});
    cleanUps.push(watching.stop);
    await watching.ready;
    const sale = await aSale(testStack);
    await writers`update public.checkout_sessions set user_id = ${app.id} where id = ${sale.checkout}`;
    await postStripe(testStack, saleEvent(sale, "payment_intent.succeeded"));
    await until("the order", () => [...orders.values()].some(({ status }) => status === "confirmed"));
  });

  test("is one for a topic and client, and another may follow it", async () => {
    const app = await anApp();
    const watching = app.watch();
    expect(() => app.watch()).toThrow(/is watched already/);
    watching.stop();
    await app.watch().ready;
  });

  test("ends by its signal, and its socket with it", async () => {
    const app = await anApp();
    const controller = new AbortController();
    const watching = app.watch({ signal: controller.signal });
    await watching.ready;
    controller.abort();
    await watching.ended;
    const channels = () => app.client.getChannels().length;
    await until("its channel to be left", () => channels() === 0);
  });
});
