/** The gateway alone, with stand-ins for the parts behind it. */
import { once } from "node:events";
import http from "node:http";
import { connect } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Gateway, type Routes, startGateway } from "../../local/gateway.ts";
import { untilHolds } from "../until.ts";

let gateway: Gateway;
let log: string[];

/** Each part answers with its name and what it was asked. */
const parts: Routes = {
  async functions(request, response, target) {
    response.end(`functions ${request.method} ${target}`);
  },
  async realtime(request) {
    return new Response(`realtime ${request.method} ${new URL(request.url).pathname}`);
  },
  realtimeSocket(_request, socket) {
    socket.end("HTTP/1.1 101 Switching Protocols\r\n\r\nwelcome");
  },
  async dataApi(request, peer) {
    return new Response(`data-api ${request.method} ${new URL(request.url).pathname} ${await request.text()} ${peer}`);
  },
};

/** A promise that is kept from outside. */
function deferred<Value>() {
  let resolve!: (value: Value) => void;
  const promise = new Promise<Value>((keep) => {
    resolve = keep;
  });
  return { promise, resolve };
}

beforeEach(async () => {
  log = [];
  gateway = await startGateway({ port: 0, log: (line) => log.push(line) });
});

afterEach(() => gateway.stop());

const body = async (path: string, init?: RequestInit) => (await fetch(gateway.url + path, init)).text();

/** All that the server sends on a connection that asks to become a WebSocket. */
async function upgrade(path: string): Promise<string> {
  const socket = connect(gateway.port, "127.0.0.1");
  socket.write(`GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n`);
  let received = "";
  socket.on("data", (data) => (received += data));
  await once(socket, "close");
  return received;
}

describe("the path tells who answers", () => {
  test.each([
    ["/functions/v1/stripe?x=1", "functions GET /stripe?x=1"],
    ["/functions/v1", "functions GET "],
    ["/functions/v1/stripe/a%2Fb//c", "functions GET /stripe/a%2Fb//c"],
    ["/realtime/v1/api/broadcast", "realtime GET /realtime/v1/api/broadcast"],
    ["/rest/v1/orders", "data-api GET /rest/v1/orders  127.0.0.1"],
    ["/auth/v1/user", "data-api GET /auth/v1/user  127.0.0.1"],
  ])("%s", async (path, answer) => {
    gateway.open(parts);
    expect(await body(path)).toBe(answer);
  });

  test.each(["/", "/function/v1/stripe", "/functions/v2/stripe", "/functionsx/v1/stripe", "/rest", "/storage/v1/x"])(
    "%s: nobody, 404",
    async (path) => {
      gateway.open(parts);
      expect((await fetch(gateway.url + path, { method: "POST" })).status).toBe(404);
    },
  );

  test("a WebSocket goes to realtime", async () => {
    gateway.open(parts);
    expect(await upgrade("/realtime/v1/websocket?apikey=k&vsn=2.0.0")).toContain("welcome");
  });

  test("any other WebSocket is refused", async () => {
    gateway.open(parts);
    expect(await upgrade("/functions/v1/stripe")).toMatch(/^HTTP\/1\.1 404 /);
  });
});

test("until the parts are there, requests are answered 503 with Retry-After", async () => {
  const response = await fetch(`${gateway.url}/rest/v1/`);
  expect([response.status, response.headers.get("retry-after")]).toEqual([503, "1"]);
});

test("a body and headers reach a fetch-style part, and its answer comes back whole", async () => {
  gateway.open({
    ...parts,
    async dataApi(request) {
      return new Response(await request.arrayBuffer(), {
        status: 207,
        headers: [
          ["x-seen", request.headers.get("x-sent")!],
          ["set-cookie", "a=1"],
          ["set-cookie", "b=2"],
        ],
      });
    },
  });
  const response = await fetch(`${gateway.url}/rest/v1/x`, {
    method: "POST",
    body: new Uint8Array([0, 255, 10]),
    headers: { "x-sent": "yes" },
  });
  expect([response.status, response.headers.get("x-seen"), response.headers.getSetCookie()]).toEqual([
    207,
    "yes",
    ["a=1", "b=2"],
  ]);
  expect([...new Uint8Array(await response.arrayBuffer())]).toEqual([0, 255, 10]);
});

test("a part is told when its caller gives up", async () => {
  const asked = deferred<AbortSignal>();
  gateway.open({
    ...parts,
    dataApi(request) {
      asked.resolve(request.signal);
      return new Promise((_, reject) => request.signal.addEventListener("abort", () => reject(request.signal.reason)));
    },
  });
  const caller = new AbortController();
  const answer = fetch(`${gateway.url}/rest/v1/slow`, { signal: caller.signal }).catch(() => "given up");
  const signal = await asked.promise;
  caller.abort();
  expect(await answer).toBe("given up");
  await untilHolds(() => expect(signal.aborted).toBe(true));
  expect(log).toEqual([]);
});

test("a part that fails is answered 500, and the log says why", async () => {
  gateway.open({ ...parts, dataApi: () => Promise.reject(new Error("the part broke")) });
  expect((await fetch(`${gateway.url}/rest/v1/x`)).status).toBe(500);
  expect(log.join()).toContain("the part broke");
});

test("a taken port is refused with one clear line", async () => {
  const second = startGateway({ port: gateway.port, log() {} });
  await expect(second).rejects.toThrow(
    `Port ${gateway.port} is in use. Stop what uses it, or choose another: --port N (0 = any free one).`,
  );
});

describe("stop", () => {
  test("lets a request that is under way finish", async () => {
    const release = deferred<void>();
    const asked = deferred<void>();
    gateway.open({
      ...parts,
      async functions(_request, response) {
        asked.resolve();
        await release.promise;
        response.end("finished");
      },
    });
    const answer = body("/functions/v1/slow");
    await asked.promise;
    const stopped = gateway.stop();
    release.resolve();
    expect(await answer).toBe("finished");
    await stopped;
  });

  test("does not wait for idle connections and open sockets", async () => {
    gateway.open({
      ...parts,
      realtimeSocket: (_request, socket) => void socket.write("HTTP/1.1 101 Switching Protocols\r\n\r\n"),
    });
    const agent = new http.Agent({ keepAlive: true });
    const request = http.get(`${gateway.url}/rest/v1/x`, { agent });
    (await once(request, "response"))[0].resume();
    const socket = connect(gateway.port, "127.0.0.1");
    socket.write("GET /realtime/v1/websocket HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n");
    await once(socket, "data");
    const from = performance.now();
    await gateway.stop();
    expect(performance.now() - from).toBeLessThan(2_000);
    agent.destroy();
  });
});
