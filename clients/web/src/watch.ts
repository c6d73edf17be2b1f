/** Follows a private Realtime topic without losing a change: see README.md. */
import type { RealtimeChannel, SupabaseClient } from "@supabase/supabase-js";
import { type Change, Feed, isChange, type Page } from "./feed.ts";

export interface WatchOptions {
  supabase: SupabaseClient;
  /** Applies one change. Called one after the other, each change once, those of a row in order. */
  change(change: Change): void | Promise<void>;
  /**
   * Reads the tables: called first, and again when changes are not kept any more (a week). Whatever is changed from the
   * moment of the call is passed to `change`, also what this has read already. Not called where `cursor` is still good.
   */
  load?(): void | Promise<void>;
  /** `cursor` of an earlier watch: goes on there. Save it when the changes before it are saved. */
  cursor?: string | null;
  /** What went wrong. The watch goes on by itself, unless it ends (see `ended`). */
  error?(error: unknown): void;
  /** Ends the watch. */
  signal?: AbortSignal;
  /** How often is read when nothing is heard (ms): Realtime may drop a message silently. Default: 5 minutes. */
  readEveryMs?: number;
}

export interface Watch {
  /** All changes before it were passed to `change`. Null: nothing has been read yet. */
  readonly cursor: string | null;
  /** Resolves when the tables were loaded, the changes since `cursor` applied, and the topic joined. */
  readonly ready: Promise<void>;
  /** Resolves when the watch was stopped; rejects when it cannot go on, as for a topic of somebody else. */
  readonly ended: Promise<void>;
  /** Signs in to Realtime again, joins and reads, as after sleep. The watch does so by itself in a browser. */
  wake(): void;
  stop(): void;
}

/** Raised by `ended` when asking again would not help. */
export class WatchRefused extends Error {
  override readonly name = "WatchRefused";
  constructor(
    message: string,
    /** SQLSTATE, or a code of PostgREST. */
    readonly code: string | undefined,
  ) {
    super(message);
  }
}

const EVENTS = ["INSERT", "UPDATE", "DELETE"];
const PAGE = 500;
const BACKOFF_MS = [1000, 2000, 5000, 10_000, 30_000];
/** How soon is read again for a broadcast that waits for one before it; twice as long each time. */
const BEHIND_MS = 20;
const TICK_MS = 5000;
/** A timer that comes so late has slept: browsers let those of hidden pages run once a minute. */
const SLEPT_MS = 90_000;
/** How often is read while the topic is not joined. */
const READ_UNJOINED_MS = 15_000;

/** Channels on their way out: a client has one of a name at a time. */
const leaving = new WeakMap<SupabaseClient, Map<string, Promise<unknown>>>();
const watched = new WeakMap<SupabaseClient, Set<string>>();

/**
 * Watches a private topic: `user:<id>`, or `cohort:<id>`. Joins it, reads what was missed, and applies what was heard
 * meanwhile; again after sleep, a lost connection, or the end of a token.
 * @throws Error when this client watches the topic already.
 */
export function watch(topic: string, options: WatchOptions): Watch {
  const { supabase, signal, readEveryMs = 300_000 } = options;
  const topics = watched.get(supabase) ?? new Set();
  watched.set(supabase, topics);
  if (topics.has(topic)) throw new Error(`${topic} is watched already: share that watch, or stop it first`);
  topics.add(topic);

  let feed = new Feed(options.cursor);
  let stopped = false;
  let applied: string | null = options.cursor ?? null;
  let applying: Promise<unknown> = Promise.resolve();
  let channel: RealtimeChannel | undefined;
  let joined = false;
  let joining = false;
  let joinAgain = false;
  let failedJoins = 0;
  let reading = false;
  let readAgain = false;
  let failedReads = 0;
  let behind = 0;
  let lastRead = 0;
  let lastTick = Date.now();
  const timers = new Set<ReturnType<typeof setTimeout>>();

  let settle: { ready(): void; end(error?: unknown): void };
  const parts = { joined: false, read: false };
  const ready = new Promise<void>((resolve, reject) => {
    settle = { ready: resolve, end: reject };
  });
  ready.catch(() => {});
  let endNow: (error?: unknown) => void;
  const ended = new Promise<void>((resolve, reject) => {
    endNow = (error) => (error === undefined ? resolve() : reject(error));
  });
  ended.catch(() => {});

  const report = (error: unknown) => {
    if (!stopped) options.error?.(error);
  };

  function after(ms: number, work: () => void): void {
    const timer = setTimeout(() => {
      timers.delete(timer);
      if (!stopped) work();
    }, ms);
    timers.add(timer);
  }

  const backoff = (failures: number) =>
    BACKOFF_MS[Math.min(failures, BACKOFF_MS.length) - 1]! * (1 + Math.random() / 4);

  function isReady(part: "joined" | "read"): void {
    parts[part] = true;
    if (parts.joined && parts.read) settle.ready();
  }

  // ── Apply ─────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** In the order of the calls, one after the other. */
  function inTurn<Result>(work: () => Result | Promise<Result>): Promise<Result> {
    const turn = applying.then(work);
    applying = turn.catch(() => {});
    return turn;
  }

  function apply(changes: Change[]): void {
    const from = feed;
    for (const change of changes) {
      void inTurn(() => (stopped || feed !== from ? undefined : options.change(change))).catch(report);
    }
  }

  // ── Read ──────────────────────────────────────────────────────────────────────────────────────────────────────────

  async function ask(): Promise<Page> {
    const { data, error, status } = await supabase.rpc("changes_since", { topic, cursor: feed.cursor, at_most: PAGE });
    if (!error) return data as Page;
    // 401: the token has ended, and a new one follows. Any other refusal would be repeated.
    if ([400, 403, 404].includes(status)) throw new WatchRefused(error.message, error.code);
    throw Object.assign(new Error(`changes_since answered ${status}: ${error.message}`), { code: error.code });
  }

  async function loadTables(): Promise<void> {
    try {
      await options.load?.();
    } catch (error) {
      // Before the next turn: what was to be applied after it is read with the tables.
      feed = new Feed();
      throw error;
    }
  }

  /** All that there is, and what was broadcast meanwhile. */
  async function readAll(): Promise<void> {
    for (let more = true; more && !stopped; ) {
      const begins = feed.cursor === null;
      const page = await ask();
      if (stopped) return;
      const changes = feed.read(page);
      more = page.more || page.gone;
      // Both take their turns now: what is told while it loads comes after them.
      const loading = begins || page.gone ? inTurn(loadTables) : undefined;
      apply(changes);
      await loading;
      await inTurn(() => {
        applied = page.cursor;
      });
    }
  }

  async function read(): Promise<void> {
    if (reading) {
      readAgain = true;
      return;
    }
    reading = true;
    try {
      do {
        readAgain = false;
        lastRead = Date.now();
        await readAll();
        failedReads = 0;
      } while (readAgain && !stopped);
      isReady("read");
      // What was broadcast after the question was asked may wait for what committed after it.
      if (feed.isBehind) after(Math.min(BEHIND_MS * 2 ** behind++, BACKOFF_MS.at(-1)!), read);
      else behind = 0;
    } catch (error) {
      if (error instanceof WatchRefused) return end(error);
      report(error);
      after(backoff(++failedReads), read);
    } finally {
      reading = false;
    }
  }

  // ── Join ──────────────────────────────────────────────────────────────────────────────────────────────────────────

  function leave(): Promise<unknown> {
    joined = false;
    const left = channel;
    channel = undefined;
    const departures = leaving.get(supabase) ?? new Map<string, Promise<unknown>>();
    leaving.set(supabase, departures);
    if (left)
      departures.set(
        topic,
        supabase.removeChannel(left).catch(() => {}),
      );
    return departures.get(topic) ?? Promise.resolve();
  }

  async function join(): Promise<void> {
    if (joining) {
      joinAgain = true;
      return;
    }
    joining = true;
    try {
      do {
        joinAgain = false;
        await leave();
        // A tab that wakes would join with the token that it slept with (supabase-js#2613).
        await supabase.realtime.setAuth();
        if (!stopped) open();
      } while (joinAgain && !stopped);
    } catch (error) {
      report(error);
      joinLater();
    } finally {
      joining = false;
    }
  }

  function joinLater(): void {
    after(backoff(++failedJoins), () => {
      if (!channel && !joining) void join();
    });
  }

  function open(): void {
    const mine = supabase.channel(topic, { config: { private: true, broadcast: { replication_ready: true } } });
    channel = mine;
    // A join is answered before Realtime hears what the database sends (realtime-js#1599): it says so apart.
    mine.on("system", {}, ({ extension, status }) => {
      if (channel === mine && extension === "system" && status === "ok") void read();
    });
    for (const event of EVENTS) {
      mine.on("broadcast", { event }, ({ payload }) => {
        if (channel !== mine || !isChange(payload)) return;
        apply(feed.receive(payload));
        if (feed.isBehind && !reading && failedReads === 0 && behind === 0) void read();
      });
    }
    mine.subscribe((status, error) => {
      if (channel !== mine || stopped) return;
      if (status === "SUBSCRIBED") {
        joined = true;
        failedJoins = 0;
        isReady("joined");
        void read();
        return;
      }
      // The server closes a channel when its token ends, and the client joins no closed one by itself.
      void leave();
      report(error ?? new Error(`Realtime: ${topic} is ${status}`));
      joinLater();
    });
  }

  // ── Sleep, and the end ────────────────────────────────────────────────────────────────────────────────────────────

  function wake(): void {
    if (stopped) return;
    failedJoins = 0;
    void join();
    void read();
  }

  function tick(): void {
    const now = Date.now();
    const slept = now - lastTick > SLEPT_MS;
    lastTick = now;
    if (slept) wake();
    else if (!reading && failedReads === 0 && now - lastRead > (joined ? readEveryMs : READ_UNJOINED_MS)) void read();
  }

  const onVisible = () => {
    if (document.visibilityState === "visible") wake();
  };
  const page = typeof document === "undefined" ? undefined : document;
  const ticking = setInterval(tick, Math.min(TICK_MS, readEveryMs));

  function end(error?: unknown): void {
    if (stopped) return;
    stopped = true;
    clearInterval(ticking);
    for (const timer of timers) clearTimeout(timer);
    page?.removeEventListener("visibilitychange", onVisible);
    if (page) removeEventListener("online", wake);
    signal?.removeEventListener("abort", stop);
    topics.delete(topic);
    void leave();
    settle.end(error ?? new Error("The watch was stopped"));
    endNow(error);
  }
  const stop = () => end();

  page?.addEventListener("visibilitychange", onVisible);
  if (page) addEventListener("online", wake);
  signal?.addEventListener("abort", stop);
  if (signal?.aborted) stop();
  else void join();

  return {
    get cursor() {
      return applied;
    },
    ready,
    ended,
    wake,
    stop,
  };
}
