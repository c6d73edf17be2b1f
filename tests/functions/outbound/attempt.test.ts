/** The result of one attempt whose answer is broken, incomplete or hostile. Real sockets, on loopback. */
import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { Delivery } from "../../../functions/_shared/outbound/adapter.ts";
import { attempt } from "../../../functions/_shared/outbound/attempt.ts";
import type { Runtime } from "../../../functions/_shared/platform/runtime.ts";

const SECRET = `whsec_${btoa("0123456789abcdef01234567")}`;
const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** A server that answers each request by writing to its socket. */
async function serve(answer: (socket: Socket) => void): Promise<string> {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", () => answer(socket));
  });
  servers.push(server);
  await once(server.listen(0, "127.0.0.1"), "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook/very-secret-path`;
}

const env: Record<string, string> = { OUTBOUND_ALLOW_LOOPBACK: "true" };
const runtime = (more: Record<string, string> = {}) =>
  ({
    env: (name: string) => ({ ...env, ...more })[name],
    now: () => Date.now(),
    defer() {},
    ending: new AbortController().signal,
    database: { query: async () => [], close: async () => {} },
  }) as unknown as Runtime;

function send(url: string | null, { destination = "tests", adapter = "webhook", more = {}, timeoutMs = 60_000 } = {}) {
  const delivery: Delivery = {
    ...{ delivery_id: "1", attempt: 1, message_id: crypto.randomUUID(), type: "thing.made", destination, adapter, url },
    ...{ timeout_ms: timeoutMs, provider: null, body: '{"type":"thing.made"}', replay_id: null },
  };
  return attempt(delivery, runtime(more), { of: async () => [SECRET] });
}

const headers = (more: string) => `HTTP/1.1 200 OK\r\nconnection: close\r\n${more}\r\n\r\n`;

describe("a 200 is a success, even if its body is", () => {
  test.each<[string, (socket: Socket) => void]>([
    ["cut short", (socket) => socket.end(`${headers("content-length: 100")}half`)],
    [
      "reset",
      (socket) =>
        socket.write(`${headers("content-length: 100")}half`, () => setTimeout(() => socket.resetAndDestroy(), 50)),
    ],
    ["badly compressed", (socket) => socket.end(`${headers("content-encoding: gzip")}this is not gzip`)],
    [
      "compressed and cut short",
      (socket) => {
        socket.write(headers("content-encoding: gzip"));
        socket.end(gzipSync("a".repeat(100_000)).subarray(0, 40));
      },
    ],
    ["endless", (socket) => socket.write(`${headers("transfer-encoding: chunked")}4\r\nhalf\r\n`)],
  ])("%s", async (_, answer) => {
    // Its own limit ends an endless body, not that of the delivery, which is an hour here.
    const result = await send(await serve(answer), { timeoutMs: 3_600_000 });
    expect(result).toMatchObject({ outcome: "delivered", status_code: 200, error: null });
  });
});

describe("the text of an answer is kept", () => {
  test("whole, where a short one says so", async () => {
    const url = await serve((socket) => socket.end(`${headers("content-length: 8")}accepted`));
    expect(await send(url)).toMatchObject({ outcome: "delivered", response_body: "accepted" });
  });
  test("as far as it arrived, where an error's breaks off", async () => {
    const url = await serve((socket) =>
      socket.end("HTTP/1.1 500 Internal Server Error\r\ncontent-length: 100\r\n\r\nno disk"),
    );
    expect(await send(url)).toMatchObject({ outcome: "retry", status_code: 500, response_body: "no disk" });
  });
});

describe("what a receiver answers can be stored", () => {
  const answering = (body: string | Buffer) => (socket: Socket) => {
    socket.write("HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n");
    socket.end(body);
  };
  test("a NUL is left out", async () =>
    expect(await send(await serve(answering("no\0thing")))).toMatchObject({ response_body: "nothing" }));
  test("a surrogate pair that the limit cuts in two leaves no half", async () => {
    const { response_body } = await send(await serve(answering(`${"a".repeat(20_479)}😀`)));
    expect(/\p{Surrogate}/u.test(response_body!)).toBe(false);
  });
  test("nor does one in the excerpt in make.com's error", async () => {
    const url = await serve(answering(`${"a".repeat(199)}😀`));
    const { error } = await send(url, { destination: "make", adapter: "make" });
    expect(error).toMatch(/^make\.com answered 400/);
    expect(/\p{Surrogate}/u.test(error!)).toBe(false);
  });
});

describe("an error says why, and contains neither address nor secret", () => {
  const leaks = (error: string | null) => /secret-path|127\.0\.0\.1|whsec_|clé/.test(error!);

  test("when the connection is refused", async () => {
    const { outcome, error } = await send("http://127.0.0.1:9/very-secret-path");
    expect([outcome, leaks(error)]).toEqual(["retry", false]);
    expect(error).toMatch(/^The receiver could not be reached: /);
  });
  test("when no answer comes in time", async () => {
    const { outcome, error } = await send(await serve(() => {}), { timeoutMs: 50 });
    expect([outcome, error]).toEqual(["retry", "No answer within 50 ms."]);
  });
  test("when the connection breaks before an answer", async () => {
    const { outcome, error } = await send(await serve((socket) => socket.destroy()));
    expect([outcome, leaks(error)]).toEqual(["retry", false]);
  });
  test("when the API key cannot be a header", async () => {
    const url = await serve((socket) => socket.end(headers("content-length: 0")));
    const { error } = await send(url, { destination: "make", adapter: "make", more: { MAKE_API_KEY: "clé €" } });
    expect(error).toContain("a header cannot be sent");
    expect(leaks(error)).toBe(false);
  });
  test("when nobody knows why, and the log names the kind of error alone", async () => {
    const logged: unknown[] = [];
    vi.stubGlobal("fetch", async () => {
      throw new TypeError("odd: http://127.0.0.1/very-secret-path", { cause: new RangeError("whsec_") });
    });
    const spy = vi.spyOn(console, "error").mockImplementation((line) => void logged.push(line));
    try {
      const { outcome, error } = await send("http://127.0.0.1/very-secret-path");
      expect([outcome, leaks(error)]).toEqual(["retry", false]);
      expect(logged).toHaveLength(1);
      expect(JSON.parse(logged[0] as string)).toMatchObject({ error: "TypeError, RangeError" });
      expect(leaks(logged[0] as string)).toBe(false);
    } finally {
      spy.mockRestore();
      vi.unstubAllGlobals();
    }
  });
  test("when the URL is invalid", async () => {
    const { error } = await send("http://very-secret-path:99999/");
    expect(leaks(error)).toBe(false);
  });
});
