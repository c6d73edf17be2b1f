/**
 * Broken and hostile answers as Deno's fetch sees them, which is what runs where functions are deployed. All requests
 * are made at once by one Deno process (requests.ts).
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import path from "node:path";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { denoBinary } from "../../../local/functions.ts";
import type { Asked, Became } from "./requests.ts";

const ROOT = path.resolve(import.meta.dirname, "../../..");
/** What no error text may contain: the path, the query, the user, the password and the key of the addresses below. */
const SECRET = /very-secret|whsec_|clé|127\.0\.0\.1:|https?:/;

const KINDS = ["attempt", "api", "stripe"] as const;

const servers: Server[] = [];
const timers: NodeJS.Timeout[] = [];
const became = new Map<string, Became>();
/** How much of the endless body was taken, in bytes. */
let poured = 0;
/** The requests that followed a redirect to another address. */
let followed = 0;
/** All that Deno wrote beside the results: what a function's log would have. */
let logged = "";

/** A server that answers each request by writing to its socket. */
async function serve(answer: (socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", () => answer(socket));
  });
  servers.push(server);
  await once(server.listen(0, "127.0.0.1"), "listening");
  return (server.address() as AddressInfo).port;
}

const head = (more: string, status = "200 OK") => `HTTP/1.1 ${status}\r\nconnection: close\r\n${more}\r\n\r\n`;
const zipped = (encoding: string, body: Buffer) => (socket: Socket) => {
  socket.write(head(`content-encoding: ${encoding}`));
  socket.end(body);
};
const LONG = Buffer.from("a".repeat(100_000));

const ENDLESS = "endless and fast";

/** Answers whose status is 200 or 204, and whose body is broken. */
const BROKEN_BODIES: Record<string, (socket: Socket) => void> = {
  "cut short of its content-length": (socket) => socket.end(`${head("content-length: 100")}half`),
  "longer than its content-length": (socket) => socket.end(`${head("content-length: 2")}more than that`),
  "reset in the middle": (socket) =>
    socket.write(`${head("content-length: 100")}half`, () =>
      timers.push(setTimeout(() => socket.resetAndDestroy(), 50)),
    ),
  "reset after its end": (socket) =>
    socket.write(`${head("content-length: 4")}done`, () => timers.push(setTimeout(() => socket.resetAndDestroy(), 50))),
  "no gzip, though it says so": (socket) => socket.end(`${head("content-encoding: gzip")}this is not gzip`),
  "no brotli, though it says so": (socket) => socket.end(`${head("content-encoding: br")}this is not brotli`),
  "gzip that is cut short": zipped("gzip", gzipSync(LONG).subarray(0, 40)),
  "brotli that is cut short": zipped("br", brotliCompressSync(LONG).subarray(0, 10)),
  "deflate that is cut short": zipped("deflate", deflateSync(LONG).subarray(0, 40)),
  "of an encoding that nobody knows": zipped("signalbox", LONG),
  "a chunk that says no length": (socket) => socket.end(`${head("transfer-encoding: chunked")}zz\r\nhalf\r\n`),
  "silent for ever": (socket) => socket.write(`${head("transfer-encoding: chunked")}4\r\nhalf\r\n`),
  "a byte now and then, for ever": (socket) => {
    socket.write(head("transfer-encoding: chunked"));
    timers.push(setInterval(() => !socket.destroyed && socket.write("1\r\nx\r\n"), 200));
  },
  [ENDLESS]: (socket) => {
    socket.write(head("transfer-encoding: chunked"));
    const write = () => {
      while (!socket.destroyed && socket.write(`10000\r\n${"x".repeat(65_536)}\r\n`)) poured += 65_536;
    };
    socket.on("drain", write);
    write();
  },
  "a body of a 204": (socket) => socket.end(`${head("content-length: 4", "204 No Content")}body`),
  "of bytes that are no text": (socket) =>
    socket.end(Buffer.concat([Buffer.from(head("x: y")), Buffer.of(0xff, 0, 0xed, 0xa0, 0x80)])),
};

const REDIRECT = "a redirect to where all is well";

/** Answers that cannot be read as HTTP, or that are no success. */
const BROKEN_ANSWERS: Record<string, (socket: Socket) => void> = {
  "the connection closed at once": (socket) => socket.destroy(),
  "the connection reset at once": (socket) => socket.resetAndDestroy(),
  "something that is no HTTP": (socket) => socket.end("very-secret-banner\r\n\r\n"),
  "half of a status line": (socket) => socket.end("HTTP/1.1 20"),
  "a header that is none": (socket) => socket.end("HTTP/1.1 200 OK\r\nvery secret\x01\r\n\r\n"),
  "two lengths that differ": (socket) => socket.end(head("content-length: 2\r\ncontent-length: 3")),
  "a redirect to itself": (socket) => socket.end(head("location: /very-secret-path\r\ncontent-length: 0", "307 Moved")),
  "a redirect to nowhere": (socket) =>
    socket.end(head("location: http://very-secret:\r\ncontent-length: 0", "301 Moved")),
  "101 Switching Protocols": (socket) => socket.end("HTTP/1.1 101 Switching\r\nupgrade: very-secret\r\n\r\n"),
};

beforeAll(async () => {
  const asked: Asked[] = [];
  const add = (name: string, url: string, more: Partial<Asked> = {}) => {
    for (const kind of name === ENDLESS ? ["attempt" as const] : KINDS)
      asked.push({ name: `${kind} ${name}`, kind, url, ...more });
  };
  const PATH = "very-secret-path?token=very-secret-query";
  for (const [name, answer] of Object.entries({ ...BROKEN_BODIES, ...BROKEN_ANSWERS }))
    add(name, `http://127.0.0.1:${await serve(answer)}/${PATH}`, {
      timeoutMs: name in BROKEN_BODIES ? 3_600_000 : 60_000,
    });
  const fine = await serve((socket) => socket.end(head("content-length: 0")));
  const elsewhere = await serve((socket) => {
    followed++;
    socket.end(`${head("content-length: 2\r\ncontent-type: application/json")}{}`);
  });
  const found = head(`location: http://127.0.0.1:${elsewhere}/very-secret-path\r\ncontent-length: 0`, "302 Found");
  add(REDIRECT, `http://127.0.0.1:${await serve((socket) => socket.end(found))}/${PATH}`);
  const plain = await serve((socket) => socket.end("this is no TLS"));
  const mute = await serve(() => {});
  const gone = await serve(() => {});
  servers.pop()!.close();
  add("the connection refused", `http://127.0.0.1:${gone}/${PATH}`);
  add("TLS at a port that speaks none", `https://127.0.0.1:${plain}/${PATH}`);
  add("a host that does not exist", `https://does-not-exist.invalid/${PATH}`);
  add("no answer in time", `http://127.0.0.1:${mute}/${PATH}`, { timeoutMs: 500 });
  add("a key with letters beyond Latin-1", `http://127.0.0.1:${fine}/${PATH}`, { key: "clé €" });
  add("a key with a line break", `http://127.0.0.1:${fine}/${PATH}`, { key: "very-secret\r\nx: y" });
  add("a key with a NUL", `http://127.0.0.1:${fine}/${PATH}`, { key: "very-secret\0" });
  add("a user and a password", `http://very-secret-user:very-secret-password@127.0.0.1:${fine}/${PATH}`);
  add("a port beyond all ports", `http://127.0.0.1:99999/${PATH}`);
  add("no URL at all", "very-secret-path");
  add("another protocol", `ftp://127.0.0.1/${PATH}`);
  add("a port that browsers refuse", `http://127.0.0.1:6667/${PATH}`);

  const child = spawn(
    denoBinary(),
    [
      ...["run", "--quiet", "--no-prompt", "--cached-only", "--no-lock", "--node-modules-dir=manual"],
      ...[`--config=${path.join(ROOT, "deno.json")}`, "--allow-net", "--allow-env", "--allow-sys", "--allow-read"],
      path.join(import.meta.dirname, "requests.ts"),
    ],
    { cwd: ROOT, env: { ...process.env, NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" } },
  );
  child.stdin.end(JSON.stringify(asked));
  let results = "";
  child.stdout.on("data", (data) => (results += data));
  child.stderr.on("data", (data) => (logged += data));
  await once(child, "close");
  for (const line of results.trim().split("\n")) {
    const one = JSON.parse(line);
    if ("name" in one) became.set(one.name, one);
    else logged += `${line}\n`;
  }
  expect([...became.keys()].sort(), logged).toEqual(asked.map(({ name }) => name).sort());
}, 300_000);

afterAll(() => {
  for (const timer of timers) clearTimeout(timer);
  for (const server of servers) server.close();
});

describe("under Deno a delivery whose answer is a success is delivered, though the body is", () => {
  test.each(Object.keys(BROKEN_BODIES))("%s", (name) => {
    expect(became.get(`attempt ${name}`)).toMatchObject({ outcome: "delivered", error: null });
  });
});

describe("under Deno an endless body", () => {
  // The system's own buffers take some megabytes.
  test("is not read beyond what is kept of it", () => expect(poured).toBeLessThan(16_000_000));
});

describe("under Deno what is kept of an answer can be stored", () => {
  test("bytes that are no text are replaced, and a NUL is left out", () => {
    expect(became.get("attempt of bytes that are no text")!.body).toBe("\uFFFD\uFFFD\uFFFD\uFFFD");
  });
});

describe("under Deno a delivery is tried again after", () => {
  test.each([...Object.keys(BROKEN_ANSWERS), REDIRECT, "the connection refused", "no answer in time"])("%s", (name) => {
    const { outcome, error } = became.get(`attempt ${name}`)!;
    expect(outcome).toBe("retry");
    expect(error).not.toMatch(SECRET);
  });
});

describe("under Deno a redirect to where all is well", () => {
  test("is not followed, by a delivery nor by a call of a provider's API", () => expect(followed).toBe(0));

  test.each(["api", "stripe"])("is an answer that nobody expects of a provider's API (%s)", (kind) => {
    expect(became.get(`${kind} ${REDIRECT}`)).toMatchObject({ outcome: "unexpected_answer" });
  });
});

describe("under Deno an error says why, and contains neither address nor secret, with", () => {
  test.each([
    ["the connection refused", /refused/],
    ["TLS at a port that speaks none", /TLS connection failed/],
    ["a host that does not exist", /cannot be found|cannot be resolved/],
    ["no answer in time", /[Nn]o answer within 500 ms/],
    ["a key with letters beyond Latin-1", /a header cannot be sent/],
    ["a key with a line break", /a header cannot be sent/],
    ["a key with a NUL", /a header cannot be sent/],
    ["a user and a password", /a user or a password/],
    ["a port beyond all ports", /not a URL/],
    ["no URL at all", /not a URL/],
    ["another protocol", /begins with ftp:/],
    ["a port that browsers refuse", /its port is one that requests may not be sent to/],
    ["something that is no HTTP", /its answer is no HTTP/],
  ])("%s", (name, why) => {
    const { error } = became.get(`attempt ${name}`)!;
    expect(error).toMatch(why);
    expect(error).not.toMatch(SECRET);
  });

  test("anything else, from a provider's API too", () => {
    // The path of a provider's API is known, and no secret: it is what the call was about.
    const told = [...became.values()].map(({ name, error }) => ({
      name,
      error: (error ?? "").replace(/ \/very-secret-path\S*/, ""),
    }));
    expect(told.filter(({ error }) => SECRET.test(error))).toEqual([]);
  });

  test.each([
    ["api", "tests"],
    ["stripe", "stripe"],
  ])("the address of a provider's API that is none: the variable is named, not its value (%s)", (kind, name) => {
    expect(became.get(`${kind} no URL at all`)!.error).toBe(
      `${name}: the address of its API is not a URL. Check ${name.toUpperCase()}_BASE_URL.`,
    );
  });

  test("nor does the log", () => expect(logged).not.toMatch(SECRET));
});
