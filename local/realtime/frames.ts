/**
 * The frames of a socket, in both versions of realtime-js's protocol.
 * Held by tests/local/realtime.test.ts and realtime_broadcast.test.ts.
 *
 *     vsn 1.0.0   {"topic","event","payload","ref","join_ref"}
 *     vsn 2.0.0   [join_ref, ref, topic, event, payload], and broadcasts as binary frames:
 *                 client  3, joinRefLen, refLen, topicLen, eventLen, metaLen, encoding, then those five and the payload
 *                 server  4, topicLen, eventLen, metaLen, encoding, then those three and the payload
 */
export type Version = "1.0.0" | "2.0.0";

/** One message to a topic: as a client's text frame had it, or taken apart. */
export type Broadcast =
  /** `payload` is the whole {type, event, payload} as JSON, passed on as it came. */
  | { form: "whole"; payload: string }
  | { form: "parts"; event: string; encoding: "json" | "binary"; body: Buffer; meta?: { id: string } };

export interface Frame {
  joinRef: string | null;
  ref: string | null;
  topic: string;
  event: string;
}

export interface IncomingFrame extends Frame {
  payload: Record<string, unknown>;
  /** Of an event "broadcast". */
  broadcast?: Broadcast;
}

const PUSH = 3;
const BROADCAST = 4;
const JSON_ENCODING = 1;

const text = (value: unknown) => (typeof value === "string" ? value : null);

function decodeText(version: Version, raw: string): IncomingFrame {
  const parsed = JSON.parse(raw);
  const [joinRef, ref, topic, event, payload] =
    version === "2.0.0" ? parsed : [parsed.join_ref, parsed.ref, parsed.topic, parsed.event, parsed.payload];
  if (typeof topic !== "string" || typeof event !== "string") throw new Error("not a frame");
  const frame: IncomingFrame = {
    joinRef: text(joinRef),
    ref: text(ref),
    topic,
    event,
    payload: payload && typeof payload === "object" ? payload : {},
  };
  if (event === "broadcast") frame.broadcast = { form: "whole", payload: JSON.stringify(frame.payload) };
  return frame;
}

function decodeBinary(raw: Buffer): IncomingFrame {
  const [kind, joinRefLength, refLength, topicLength, eventLength, metaLength, encoding] = raw;
  if (kind !== PUSH || encoding === undefined) throw new Error("not a broadcast");
  let at = 7;
  const take = (length = 0) => {
    at += length;
    return raw.toString("utf8", at - length, at);
  };
  const joinRef = take(joinRefLength);
  const ref = take(refLength);
  const topic = take(topicLength);
  const event = take(eventLength);
  at += metaLength ?? 0;
  const body = raw.subarray(at);
  return {
    joinRef: joinRef || null,
    ref: ref || null,
    topic,
    event: "broadcast",
    payload: {},
    broadcast: { form: "parts", event, encoding: encoding === JSON_ENCODING ? "json" : "binary", body },
  };
}

/** @throws Error when it is no frame of this version. */
export function decode(version: Version, raw: Buffer, isBinary: boolean): IncomingFrame {
  if (!isBinary) return decodeText(version, raw.toString());
  if (version === "2.0.0") return decodeBinary(raw);
  throw new Error("version 1.0.0 has no binary frames");
}

/** `payload` is JSON already: numbers beyond 2^53 come from Postgres and must reach the client unharmed. */
export function encode(version: Version, { joinRef, ref, topic, event }: Frame, payload: string): string {
  const [j, r, t, e] = [joinRef, ref, topic, event].map((part) => JSON.stringify(part));
  return version === "2.0.0"
    ? `[${j},${r},${t},${e},${payload}]`
    : `{"topic":${t},"event":${e},"payload":${payload},"ref":${r},"join_ref":${j}}`;
}

function encodeBinary(
  topic: string,
  { event, encoding, body, meta }: Broadcast & { form: "parts" },
): Buffer | undefined {
  const parts = [topic, event, meta ? JSON.stringify(meta) : ""].map((part) => Buffer.from(part));
  const lengths = parts.map((part) => part.length);
  // A length is one byte: what does not fit cannot be sent.
  if (lengths.some((length) => length > 255)) return undefined;
  return Buffer.concat([Buffer.from([BROADCAST, ...lengths, encoding === "json" ? JSON_ENCODING : 0]), ...parts, body]);
}

/** A broadcast for one client, or undefined when its version cannot carry it. */
export function encodeBroadcast(version: Version, topic: string, broadcast: Broadcast): string | Buffer | undefined {
  const frame: Frame = { joinRef: null, ref: null, topic, event: "broadcast" };
  if (broadcast.form === "whole") return encode(version, frame, broadcast.payload);
  if (version === "2.0.0") return encodeBinary(topic, broadcast);
  if (broadcast.encoding === "binary") return undefined;
  return encode(version, frame, wholePayload(broadcast));
}

/** The JSON form of a broadcast that was taken apart. */
export function wholePayload(broadcast: { event: string; body: Buffer; meta?: object }): string {
  const meta = broadcast.meta ? `,"meta":${JSON.stringify(broadcast.meta)}` : "";
  return `{"type":"broadcast","event":${JSON.stringify(broadcast.event)},"payload":${broadcast.body}${meta}}`;
}

/** Bytes of what a sender wrote: the payload limit counts them. */
export function sizeOf(broadcast: Broadcast): number {
  return broadcast.form === "whole" ? Buffer.byteLength(broadcast.payload) : broadcast.body.length;
}
