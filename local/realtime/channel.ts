/**
 * One channel: what one socket does on one topic, from its join to its end.
 * Held by tests/local/realtime.test.ts and realtime_broadcast.test.ts.
 */
import { setTimeout as delay } from "node:timers/promises";
import { type Caller, mayRead, mayWrite } from "./access.ts";
import { type Binding, parseBinding } from "./bindings.ts";
import type { ChangeFeed, Subscriber } from "./changes.ts";
import { type Database, patiently } from "./database.ts";
import type { Broadcast, IncomingFrame } from "./frames.ts";
import { type Hub, type Member, tooLarge } from "./hub.ts";
import { replayed } from "./messages.ts";
import type { Replication } from "./replication.ts";
import { type Claims, type Keys, Refusal, readToken } from "./token.ts";

/** What all channels share. */
export interface Services {
  keys: Keys;
  database: Database;
  hub: Hub;
  changes: ChangeFeed;
  /** The streams of postgres_changes and of messages sent in SQL. */
  changeStream: Replication;
  messageStream: Replication;
  /** A join is refused this much later, so that a client in a loop does no harm. */
  joinErrorDelay: number;
  /** Only private channels may be joined. */
  privateOnly: boolean;
  nextBindingId(): number;
  log(line: string): void;
}

/** The socket of a channel. */
export interface Connection {
  /** The API key or token it was opened with. */
  readonly token: string;
  readonly headers: Record<string, string>;
  /** `payload` is JSON. */
  push(topic: string, event: string, payload: string): void;
  reply(frame: IncomingFrame, status: "ok" | "error", response: unknown): void;
  broadcast(topic: string, broadcast: Broadcast): void;
  /** The channel is no more: the client has been told why its join was refused. */
  remove(channel: Channel): void;
  /** The channel is no more: tells the client. */
  close(channel: Channel): void;
}

const PREFIX = "realtime:";
/** A token is looked at again this often, should the clock have been set. */
const RECHECK_MS = 5 * 60_000;
const SUBSCRIBE_WAIT_MS = { default: 15_000, max: 20_000 };
const SUBSCRIBED = "Subscribed to PostgreSQL";
const UNABLE_TO_REPLAY = (message: string) => new Refusal("UnableToReplayMessages", message);

type Json = Record<string, unknown>;
/** An entry of `config.postgres_changes` as it came, and the id we gave it. */
type AskedBinding = Json & { id: number };

const object = (value: unknown): Json =>
  value && typeof value === "object" && !Array.isArray(value) ? (value as Json) : {};
/** Some clients write booleans as text. */
const flag = (value: unknown) => value === true || value === "true";

export class Channel implements Member, Subscriber {
  readonly joinRef: string | null;
  bindings: Binding[] = [];
  claims: Claims = { role: "", exp: 0 };

  /** Without "realtime:", as SQL and the other clients know it. */
  private readonly name: string;
  private token: string;
  private isPrivate = false;
  private broadcastConfig: Json = {};
  /** Asked once for each token. */
  private writable: boolean | undefined;
  private replayedIds = new Set<string>();
  private expiry: NodeJS.Timeout | undefined;
  private ended = false;
  /** Frames are handled one after the other, as they came. */
  private handled: Promise<void> = Promise.resolve();
  /** Counts subscriptions to changes, so that an outdated one stops trying. */
  private subscription = 0;

  constructor(
    private readonly connection: Connection,
    private readonly services: Services,
    private readonly joinFrame: IncomingFrame,
  ) {
    this.joinRef = joinFrame.joinRef ?? joinFrame.ref;
    this.name = joinFrame.topic.slice(PREFIX.length);
    this.token = connection.token;
    this.enqueue(() => this.join(joinFrame.payload));
  }

  get topic(): string {
    return this.joinFrame.topic;
  }

  handle(frame: IncomingFrame): void {
    this.enqueue(() => this.dispatch(frame));
  }

  /** The socket is gone, or has joined the topic anew. */
  end(): void {
    this.ended = true;
    clearTimeout(this.expiry);
    this.services.hub.leave(this.name, this.isPrivate, this);
    this.services.changes.remove(this);
  }

  deliver(broadcast: Broadcast): void {
    if (broadcast.form === "parts" && broadcast.meta && this.replayedIds.has(broadcast.meta.id)) return;
    this.connection.broadcast(this.topic, broadcast);
  }

  push(event: string, payload: string): void {
    if (!this.ended) this.connection.push(this.topic, event, payload);
  }

  resubscribe(): void {
    void this.subscribe();
  }

  private enqueue(task: () => Promise<void> | void): void {
    this.handled = this.handled
      .then(task)
      .catch((error) => this.services.log(`channel ${this.topic}: ${error.stack ?? error}`));
  }

  private async dispatch(frame: IncomingFrame): Promise<void> {
    const { event, payload } = frame;
    if (event === "phx_leave") this.connection.reply(frame, "ok", {});
    if (this.ended) return;
    if (event === "phx_leave") this.close();
    else if (event === "broadcast") await this.broadcast(frame);
    else if (event === "access_token") await this.refresh(payload.access_token);
    else if (event === "presence")
      this.connection.reply(frame, "error", { reason: "Presence is not part of the embedded Supabase" });
  }

  // ── Join ────────────────────────────────────────────────────────────────────────────────────────────────────────

  private async join(payload: Json): Promise<void> {
    try {
      await this.open(payload);
    } catch (error) {
      if (!(error instanceof Refusal)) this.services.log(`join of ${this.topic}: ${(error as Error).stack}`);
      const reason = error instanceof Refusal ? error.reason : "Unknown Error on Channel";
      await delay(this.services.joinErrorDelay, undefined, { ref: false });
      if (this.ended) return;
      this.end();
      this.connection.reply(this.joinFrame, "error", { reason });
      this.connection.remove(this);
    }
  }

  private async open(payload: Json): Promise<void> {
    const config = object(payload.config);
    this.isPrivate = flag(config.private);
    this.broadcastConfig = object(config.broadcast);
    if (this.name === "") throw new Refusal("TopicNameRequired", "You must provide a topic name");

    const given = payload.access_token ?? payload.user_token;
    // A client without a user sends its API key here, which says nothing new.
    if (typeof given === "string" && !given.startsWith("sb_")) this.token = given;
    this.authenticate();
    if (this.services.privateOnly && !this.isPrivate)
      throw new Refusal("PrivateOnly", "This project only allows private channels");
    if (this.isPrivate) await this.requireRead();
    const history = await this.history();

    const asked = Array.isArray(config.postgres_changes) ? config.postgres_changes.filter(Boolean).map(object) : [];
    const echo = asked.map((binding) => ({ ...binding, id: this.services.nextBindingId() }));
    const { wait, timeout } = object(config.postgres_changes_options);
    const waits = asked.length > 0 && wait === true;
    if (waits) await this.subscribeInTime(echo, Number(timeout));

    if (this.ended) return this.end();
    this.services.hub.join(this.name, this.isPrivate, this);
    this.connection.reply(this.joinFrame, "ok", { postgres_changes: echo });
    for (const { id, event, payload } of history) {
      this.push(
        "broadcast",
        `{"type":"broadcast","event":${JSON.stringify(event)},"payload":${payload},"meta":{"replayed":true,"id":"${id}"}}`,
      );
    }
    if (flag(this.broadcastConfig.replication_ready)) void this.announceReplication();
    if (waits) this.system("postgres_changes", "ok", SUBSCRIBED);
    else if (asked.length > 0) void this.subscribe(echo);
  }

  private async requireRead(): Promise<void> {
    const denied = new Refusal(
      "Unauthorized",
      `You do not have permissions to read from this Channel topic: ${this.name}`,
    );
    const allowed = await mayRead(this.services.database, this.name, this.caller()).catch((error: Refusal) => {
      this.services.log(`join of ${this.topic}: ${error.reason}`);
      throw error.code === "RlsPolicyError" ? denied : error;
    });
    if (!allowed) throw denied;
  }

  private async history() {
    const { replay } = this.broadcastConfig;
    if (replay === undefined) return [];
    if (!this.isPrivate) throw UNABLE_TO_REPLAY("Replay is not allowed for public channels");
    const { since, limit = 25 } = object(replay);
    if (!Number.isInteger(since) || !Number.isInteger(limit)) throw UNABLE_TO_REPLAY("Replay params are not valid");
    const messages = await replayed(this.services.database, this.name, since as number, limit as number).catch(() => {
      throw UNABLE_TO_REPLAY("Realtime was unable to replay messages");
    });
    this.replayedIds = new Set(messages.map(({ id }) => id));
    return messages;
  }

  private async announceReplication(): Promise<void> {
    await this.services.messageStream.ready();
    this.system("system", "ok", "Replication connection established");
  }

  // ── Tokens ──────────────────────────────────────────────────────────────────────────────────────────────────────

  private caller(): Caller {
    return { claims: this.claims, headers: this.connection.headers };
  }

  /** Reads the token, and sees to it that the channel ends with it. */
  private authenticate(): void {
    this.claims = readToken(this.token, this.services.keys);
    clearTimeout(this.expiry);
    const left = this.claims.exp * 1000 - Date.now();
    this.expiry = setTimeout(() => this.enqueue(() => this.recheck()), Math.min(RECHECK_MS, left)).unref();
  }

  private recheck(): void {
    if (this.ended) return;
    try {
      this.authenticate();
    } catch (error) {
      this.shutDown((error as Error).message);
    }
  }

  private async refresh(token: unknown): Promise<void> {
    if (typeof token !== "string" || token.startsWith("sb_") || token === this.token) return;
    this.token = token;
    this.writable = undefined;
    try {
      this.authenticate();
      if (this.isPrivate) await this.requireRead();
    } catch (error) {
      return this.shutDown((error as Error).message);
    }
    if (this.bindings.length > 0) void this.subscribe();
  }

  // ── Broadcast ───────────────────────────────────────────────────────────────────────────────────────────────────

  private async broadcast(frame: IncomingFrame): Promise<void> {
    const broadcast = frame.broadcast!;
    if (this.isPrivate && !(await this.mayWrite())) return;
    const { ack, self } = this.broadcastConfig;
    const refused = tooLarge(broadcast);
    if (!refused) this.services.hub.send(this.name, this.isPrivate, broadcast, flag(self) ? undefined : this);
    if (flag(ack)) this.connection.reply(frame, refused ? "error" : "ok", refused ? "payload_size_exceeded" : {});
  }

  private async mayWrite(): Promise<boolean> {
    if (this.writable !== undefined) return this.writable;
    try {
      this.writable = await mayWrite(this.services.database, this.name, this.caller());
      return this.writable;
    } catch (error) {
      this.services.log(`broadcast to ${this.topic}: ${(error as Refusal).reason}`);
      return false;
    }
  }

  // ── postgres_changes ────────────────────────────────────────────────────────────────────────────────────────────

  private parse(asked: AskedBinding[]): void {
    this.bindings = asked.map((binding) => parseBinding(binding, binding.id));
  }

  /** Subscribes before the join is answered, as the client may ask for. */
  private async subscribeInTime(asked: AskedBinding[], timeout: number): Promise<void> {
    this.parse(asked);
    const limit = Math.min(timeout || SUBSCRIBE_WAIT_MS.default, SUBSCRIBE_WAIT_MS.max);
    const inTime = new AbortController();
    const late = delay(limit, undefined, { signal: inTime.signal, ref: false }).then(() => {
      throw new Refusal("PostgresChangesSubscribeTimeout", `no subscription to PostgreSQL within ${limit} ms`);
    });
    late.catch(() => {});
    await Promise.race([this.activate(), late]).finally(() => inTime.abort());
  }

  /** Subscribes, and tells the client how it went: the join has been answered before. */
  private async subscribe(asked?: AskedBinding[]): Promise<void> {
    try {
      if (asked) this.parse(asked);
      if (await this.activate()) this.system("postgres_changes", "ok", SUBSCRIBED);
    } catch (error) {
      this.services.changes.remove(this);
      this.system("postgres_changes", "error", (error as Error).message);
    }
  }

  /** Returns false when it came to nothing: the channel has ended, or has begun to subscribe anew. */
  private async activate(): Promise<boolean> {
    const mine = ++this.subscription;
    const outdated = () => this.ended || mine !== this.subscription;
    await patiently(outdated, async () => {
      await this.services.changeStream.ready();
      if (!outdated()) await this.services.changes.add(this);
    });
    if (this.ended) this.services.changes.remove(this);
    return !outdated();
  }

  // ── End ─────────────────────────────────────────────────────────────────────────────────────────────────────────

  private system(extension: string, status: "ok" | "error", message: string): void {
    this.push("system", JSON.stringify({ extension, status, message, channel: this.name }));
  }

  private shutDown(message: string): void {
    if (this.ended) return;
    this.system("system", "error", message);
    this.close();
  }

  private close(): void {
    this.end();
    this.connection.close(this);
  }
}
