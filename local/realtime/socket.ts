/**
 * One client's socket: frames in, frames out, and its channels by topic.
 * Held by tests/local/realtime.test.ts.
 */
import type { RawData, WebSocket } from "ws";
import { Channel, type Connection, type Services } from "./channel.ts";
import { type Broadcast, decode, encode, encodeBroadcast, type IncomingFrame, type Version } from "./frames.ts";

const MAX_CHANNELS = 100;

export interface Opening {
  version: Version;
  token: string;
  headers: Record<string, string>;
}

export class Socket implements Connection {
  readonly token: string;
  readonly headers: Record<string, string>;
  private readonly version: Version;
  private readonly channels = new Map<string, Channel>();

  constructor(
    private readonly socket: WebSocket,
    opening: Opening,
    private readonly services: Services,
  ) {
    this.version = opening.version;
    this.token = opening.token;
    this.headers = opening.headers;
    socket.on("message", (raw, isBinary) => this.receive(raw, isBinary));
    socket.on("error", (error) => services.log(`socket: ${error.message}`));
    socket.on("close", () => {
      for (const channel of this.channels.values()) channel.end();
    });
  }

  push(topic: string, event: string, payload: string): void {
    this.send(encode(this.version, { joinRef: null, ref: null, topic, event }, payload));
  }

  reply({ joinRef, ref, topic }: IncomingFrame, status: "ok" | "error", response: unknown): void {
    this.send(encode(this.version, { joinRef, ref, topic, event: "phx_reply" }, JSON.stringify({ status, response })));
  }

  broadcast(topic: string, broadcast: Broadcast): void {
    const frame = encodeBroadcast(this.version, topic, broadcast);
    if (frame !== undefined) this.send(frame);
  }

  remove(channel: Channel): void {
    if (this.channels.get(channel.topic) === channel) this.channels.delete(channel.topic);
  }

  close(channel: Channel): void {
    const { topic, joinRef } = channel;
    this.remove(channel);
    this.send(encode(this.version, { joinRef, ref: joinRef, topic, event: "phx_close" }, "{}"));
  }

  private send(frame: string | Buffer): void {
    if (this.socket.readyState === this.socket.OPEN) this.socket.send(frame);
  }

  private receive(raw: RawData, isBinary: boolean): void {
    let frame: IncomingFrame;
    try {
      frame = decode(this.version, raw as Buffer, isBinary);
    } catch {
      // Whoever sends this does not speak the protocol.
      this.socket.close(1011);
      return;
    }
    if (frame.topic === "phoenix") this.reply(frame, "ok", {});
    else if (frame.event === "phx_join") this.join(frame);
    else this.pass(frame);
  }

  private join(frame: IncomingFrame): void {
    const refuse = (reason: string) => this.reply(frame, "error", { reason });
    const previous = this.channels.get(frame.topic);
    if (!frame.topic.startsWith("realtime:")) refuse("unmatched topic");
    else if (!previous && this.channels.size >= MAX_CHANNELS) refuse("ChannelRateLimitReached: Too many channels");
    else {
      previous?.end();
      if (previous) this.close(previous);
      this.channels.set(frame.topic, new Channel(this, this.services, frame));
    }
  }

  private pass(frame: IncomingFrame): void {
    const channel = this.channels.get(frame.topic);
    if (channel) {
      if (frame.joinRef === null || frame.joinRef === channel.joinRef) channel.handle(frame);
    } else if (frame.event === "phx_leave") {
      // It crossed our own close: the client has what it wants.
      this.reply(frame, "ok", {});
    } else {
      this.reply(frame, "error", { reason: "unmatched topic" });
    }
  }
}
