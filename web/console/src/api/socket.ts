/**
 * The private topic `admins` of Supabase Realtime: says which area has changed, and no row (console.tell_change). One
 * topic and one event need a fraction of realtime-js, which does not join again by itself after a token has ended.
 */
import { config } from "./config.ts";
import { accessToken } from "./session.ts";

/** Hosted ends a socket that is silent for a minute. */
const HEARTBEAT_MS = 25_000;
/** A heartbeat or a join that is not answered for so long: the socket is dead, whatever the browser says. */
const ANSWER_MS = 10_000;
const RETRY_MS = { first: 1_000, most: 30_000 };
const TOPIC = "realtime:admins";

interface Frame {
  topic: string;
  event: string;
  ref: string | null;
  payload: { status?: string; event?: string; payload?: { area?: unknown } };
}

export interface Listener {
  /** Something of this area has changed. */
  changed(area: string): void;
  /** `true`: from now on changes are told; whatever happened before was not. `false`: they are not. */
  joined(now: boolean): void;
}

/** Joins the topic, again whenever it is lost, until it is stopped. @returns what stops it. */
export function listen(listener: Listener): () => void {
  let socket: WebSocket | undefined;
  let sentToken = "";
  let ref = 0;
  /** What the server has yet to answer. */
  let awaited: string | undefined;
  let answerTimer: ReturnType<typeof setTimeout> | undefined;
  let beatTimer: ReturnType<typeof setTimeout> | undefined;
  let retryTimer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  let isJoined = false;
  let stopped = false;

  function tell(now: boolean): void {
    if (isJoined === now) return;
    isJoined = now;
    listener.joined(now);
  }

  function send(topic: string, event: string, payload: object, isAnswered = true): void {
    const mine = String(++ref);
    socket!.send(JSON.stringify({ topic, event, payload, ref: mine, join_ref: topic === TOPIC ? "1" : null }));
    if (!isAnswered) return;
    awaited = mine;
    clearTimeout(answerTimer);
    answerTimer = setTimeout(lose, ANSWER_MS);
  }

  /** Ends this socket, and opens another in a while. */
  function lose(): void {
    const lost = socket;
    socket = undefined;
    for (const timer of [answerTimer, beatTimer, retryTimer]) clearTimeout(timer);
    lost?.close();
    tell(false);
    if (stopped) return;
    const wait = Math.min(RETRY_MS.first * 2 ** failures++, RETRY_MS.most);
    retryTimer = setTimeout(() => void open(), wait * (0.75 + Math.random() / 2));
  }

  async function open(): Promise<void> {
    clearTimeout(retryTimer);
    try {
      sentToken = await accessToken();
    } catch {
      // The page says why: nobody is signed in, or Auth does not answer.
      return lose();
    }
    if (stopped || socket) return;
    const { api_url, publishable_key } = config();
    const query = new URLSearchParams({ apikey: publishable_key, vsn: "1.0.0" });
    const mine = new WebSocket(`${api_url.replace(/^http/, "ws")}/realtime/v1/websocket?${query}`);
    socket = mine;
    const ifMine = (act: () => void) => () => socket === mine && act();
    answerTimer = setTimeout(ifMine(lose), ANSWER_MS);
    mine.onopen = ifMine(() => {
      ref = 0;
      send(TOPIC, "phx_join", { config: { private: true }, access_token: sentToken });
      beatTimer = setTimeout(() => void beat(), HEARTBEAT_MS);
    });
    mine.onclose = ifMine(lose);
    mine.onmessage = ({ data }) => socket === mine && receive(JSON.parse(String(data)) as Frame);
  }

  function receive({ topic, event, ref: of, payload }: Frame): void {
    const isAnswer = event === "phx_reply" && of === awaited;
    if (isAnswer) {
      awaited = undefined;
      clearTimeout(answerTimer);
    }
    if (topic !== TOPIC) return;
    const isRefused = event === "phx_reply" && payload.status !== "ok";
    // The token has ended, or the server has: another join says whether it may go on.
    const isOver = event === "phx_close" || event === "phx_error" || (event === "system" && payload.status === "error");
    if (isRefused || isOver) {
      lose();
    } else if (isAnswer) {
      failures = 0;
      tell(true);
    } else if (event === "broadcast" && payload.event === "changed" && typeof payload.payload?.area === "string") {
      listener.changed(payload.payload.area);
    }
  }

  /** Shows that the socket lives, and hands it a token that was renewed. */
  async function beat(): Promise<void> {
    clearTimeout(beatTimer);
    const mine = socket;
    const token = await accessToken().catch(() => undefined);
    if (!mine || mine !== socket || mine.readyState !== WebSocket.OPEN) return;
    if (token === undefined) return lose();
    if (isJoined && token !== sentToken) send(TOPIC, "access_token", { access_token: token }, false);
    sentToken = token;
    if (awaited === undefined) send("phoenix", "heartbeat", {});
    beatTimer = setTimeout(() => void beat(), HEARTBEAT_MS);
  }

  /** A computer that wakes has sockets that died without a word. */
  function wake(): void {
    if (document.visibilityState !== "visible") return;
    if (socket) void beat();
    else {
      failures = 0;
      void open();
    }
  }

  document.addEventListener("visibilitychange", wake);
  addEventListener("online", wake);
  void open();
  return () => {
    stopped = true;
    document.removeEventListener("visibilitychange", wake);
    removeEventListener("online", wake);
    lose();
  };
}
