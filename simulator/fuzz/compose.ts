/** Makes a request of a plan: the event is changed, written, damaged, signed, and perhaps altered after that. */
import { randomUUID } from "node:crypto";
import { set } from "../body.ts";
import type { Change, Damage, Plan } from "./plan.ts";
import { requestId, type Sale, type Target } from "./targets.ts";

export interface Setting {
  apiUrl: string;
  functionsUrl: string;
  /** Of the functions' variables, those of `Target.secret`. */
  secrets: Record<string, string>;
  sales: Sale[];
}

export interface Fuzzed {
  method: Plan["method"];
  url: string;
  headers: Record<string, string>;
  body: Buffer;
  /** What its provider's API is told of it before it is sent. */
  genuine: string | null;
  hangsUp: boolean;
  /** Whether it is signed, over these very bytes and in time. */
  authentic: boolean;
  /** Whether its bytes are JSON. */
  isJson: boolean;
}

export function compose(name: string, target: Target, plan: Plan, setting: Setting): Fuzzed {
  const type = target.types[plan.type % target.types.length]!;
  const sale = setting.sales[plan.sale % setting.sales.length]!;
  const genuine = target.event(type, sale);
  const id = requestId(plan.sharedId === null ? randomUUID() : `${name} ${plan.sharedId}`);

  const event = JSON.parse(genuine);
  if (plan.sharedId !== null && target.idPath) set(event, target.idPath, id);
  const body = plan.damage.reduce(damaged, Buffer.from(written(event, plan.changes)));

  const { seal } = plan;
  const [secret] = setting.secrets[target.secret]!.split(" ");
  const late = { old: -3600_000, ahead: 3600_000 }[seal as "old"] ?? 0;
  const headers = target.headers({
    body,
    secret: seal === "wrong secret" ? another(secret!) : secret!,
    now: Date.now() + late,
    id: typeof event.id === "string" && event.id !== "" && isHeader(event.id) ? event.id : id,
    apiUrl: setting.apiUrl,
    old: type.startsWith("legacy."),
  });
  const signedBy = target.signedBy.filter((each) => headers[each] !== undefined);
  const last = signedBy.at(-1)!;
  if (seal === "none") for (const each of signedBy) delete headers[each];
  if (seal === "empty") headers[last] = "";
  if (seal === "garbage") headers[last] = "t=1,v1=zz";
  const covered = signedBy.find((each) => each.endsWith("-id"));
  if (seal === "other id" && covered) headers[covered] = requestId();
  for (const [header, value] of plan.headers) {
    if (value === "") delete headers[header];
    else if (!target.signedBy.includes(header)) headers[header] = value;
  }

  const sent = seal === "altered since" ? altered(body) : body;
  const holds: Partial<Record<Plan["seal"], boolean>> = {
    right: true,
    "altered since": !target.covers.body,
    old: !target.covers.time,
    ahead: !target.covers.time,
    "other id": covered === undefined,
  };
  return {
    method: plan.method,
    url: `${setting.functionsUrl}/${target.function ?? name}`,
    headers,
    body: plan.method === "GET" || plan.method === "HEAD" ? Buffer.alloc(0) : sent,
    genuine: target.confirms && plan.known ? genuine : null,
    hangsUp: plan.hangsUp && sent.length > 1,
    authentic: holds[seal] === true,
    isJson: isJson(sent),
  };
}

/** With another letter in the middle. Not at the end: HMAC takes a key with zeros behind it for the key. */
function another(secret: string): string {
  const middle = Math.floor(secret.length / 2);
  return secret.slice(0, middle) + (secret[middle] === "A" ? "B" : "A") + secret.slice(middle + 1);
}

const isHeader = (text: string) => /^[\x21-\x7e]{1,200}$/.test(text);

function isJson(bytes: Buffer): boolean {
  try {
    JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    return true;
  } catch {
    return false;
  }
}

/** Stands in the text for what no serializer writes, and is replaced there. */
const MARK = "\u0001raw:";

/** The event as text, changed. */
function written(event: unknown, changes: Change[]): string {
  const raw: string[] = [];
  const verbatim = (text: string) => `${MARK}${raw.push(text) - 1}`;
  const document = { event };
  for (const change of changes) apply(document, change, verbatim);
  const text = JSON.stringify(document.event) ?? "";
  return text.replace(/"\\u0001raw:(\d+)"/g, (_, index) => raw[Number(index)]!);
}

type Holder = Record<string, unknown>;

/** Every place in a document, as what holds it and its name there. */
function places(holder: Holder, found: [Holder, string][] = []): [Holder, string][] {
  for (const [name, value] of Object.entries(holder)) {
    found.push([holder, name]);
    if (typeof value === "object" && value !== null) places(value as Holder, found);
  }
  return found;
}

function apply(document: Holder, change: Change, verbatim: (text: string) => string): void {
  const all = places(document);
  const [holder, name] = all[change.pick % all.length] ?? [];
  if (!holder || name === undefined) return;
  switch (change.do) {
    case "replace":
      holder[name] = structuredClone(change.value);
      break;
    case "raw":
      holder[name] = verbatim(change.text);
      break;
    case "remove":
      if (holder === document) break; // what is left is no JSON: see Damage
      if (Array.isArray(holder)) holder.splice(Number(name), 1);
      else delete holder[name];
      break;
    case "retype":
      holder[name] = retyped(holder[name]);
      break;
    case "repeat":
      if (holder === document || Array.isArray(holder)) break;
      holder[name] = verbatim(`${plain(holder[name])},${JSON.stringify(name)}:${plain(change.value)}`);
      break;
    case "add": {
      const into = holder[name];
      if (typeof into === "object" && into !== null && !Array.isArray(into))
        Object.defineProperty(into, change.name, {
          value: structuredClone(change.value),
          enumerable: true,
          configurable: true,
          writable: true,
        });
    }
  }
}

/** What an earlier change wrote verbatim stays as it was before it: one place is not changed twice this way. */
const plain = (value: unknown) =>
  JSON.stringify(value, (_, each) => (typeof each === "string" && each.startsWith(MARK) ? null : each));

function retyped(value: unknown): unknown {
  if (typeof value === "number") return String(value);
  if (typeof value === "string") return value !== "" && Number.isFinite(Number(value)) ? Number(value) : [value];
  if (typeof value === "boolean") return value ? "true" : 0;
  if (value === null) return {};
  return Array.isArray(value) ? Object.assign({}, value) : [value];
}

function damaged(body: Buffer, change: Damage): Buffer {
  const at = "at" in change ? Math.floor(change.at * body.length) : 0;
  const insert = (byte: number) => Buffer.concat([body.subarray(0, at), Buffer.from([byte]), body.subarray(at)]);
  switch (change.do) {
    case "bom":
      return Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), body]);
    case "empty":
      return Buffer.alloc(0);
    case "twice":
      return Buffer.concat([body, body]);
    case "in a list":
      return Buffer.concat([Buffer.from("["), body, Buffer.from("]")]);
    case "as utf-16":
      return Buffer.from(body.toString(), "utf16le");
    case "escaped":
      return Buffer.from(body.toString().replace(/[/é]/g, (letter) => `\\u${hex(letter)}`));
    case "cut":
      return body.subarray(0, at);
    case "nul":
      return insert(0);
    case "no utf-8":
      return insert(0xff);
    case "padded":
      return Buffer.concat([body, Buffer.alloc(Math.max(0, change.bytes - body.length), " ")]);
  }
}

const hex = (letter: string) => letter.charCodeAt(0).toString(16).padStart(4, "0");

/** One digit or letter of it is another. */
function altered(body: Buffer): Buffer {
  const copy = Buffer.from(body);
  const at = copy.findLastIndex((byte) => /[0-9a-zA-Z]/.test(String.fromCharCode(byte)));
  if (at < 0) return Buffer.concat([copy, Buffer.from(" ")]);
  copy[at] = copy[at] === 0x31 ? 0x32 : 0x31;
  return copy;
}
