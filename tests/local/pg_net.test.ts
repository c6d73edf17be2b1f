/** What pg_net does (docs/reference/stand_ins.md), held against the stand-in in local/. */
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startPgNet } from "../../local/extensions/pg_net.ts";
import type { Postgres } from "../../local/postgres/postgres.ts";
import { untilHolds as until } from "../until.ts";
import { startTestPostgres } from "./test_postgres.ts";

interface Received {
  method: string;
  path: string;
  headers: IncomingMessage["headers"];
  rawHeaders: string[];
  body: string;
  answer: ServerResponse;
}

let database: Postgres;
let worker: Awaited<ReturnType<typeof startPgNet>>;
let sql: postgres.Sql;
let admin: postgres.Sql;
let target: string;

const received: Received[] = [];
const at = (path: string) => received.filter((request) => request.path === path);

/** What the target answers; a path that is not here is left hanging, for the test to answer. */
const answers: Record<string, (answer: ServerResponse) => void> = {
  "/hello": (answer) => answer.writeHead(200, { "Content-Type": "text/plain" }).end("hello"),
  "/broken": (answer) => answer.writeHead(500).end("it broke"),
  "/nothing": (answer) => answer.writeHead(204).end(),
  "/nul": (answer) => answer.end("before\0after"),
  "/headers": (answer) =>
    answer.writeHead(200, ["X-One", "first", "X-One", "last", "Content-Type", "application/x-thing"]).end("x"),
  "/301": (answer) => answer.writeHead(301, { Location: "/landed?by=301" }).end(),
  "/302": (answer) => answer.writeHead(302, { Location: "/landed?by=302" }).end(),
  "/303": (answer) => answer.writeHead(303, { Location: "/landed?by=303" }).end(),
  "/307": (answer) => answer.writeHead(307, { Location: "/landed?by=307" }).end(),
  "/308": (answer) => answer.writeHead(308, { Location: "/landed?by=308" }).end(),
  "/elsewhere": (answer) =>
    answer.writeHead(302, { Location: `${target.replace("127.0.0.1", "localhost")}/landed?by=elsewhere` }).end(),
  "/file": (answer) => answer.writeHead(302, { Location: "file:///etc/passwd" }).end(),
  "/loop": (answer) => answer.writeHead(302, { Location: "/loop" }).end(),
  "/hangup": (answer) => answer.destroy(),
  "/partial": (answer) => answer.writeHead(200, { "Content-Length": "100" }).write("some", () => answer.destroy()),
  "/drip": (answer) => answer.writeHead(200).write("some"),
};

const server = createServer(async (request, answer) => {
  const path = request.url!;
  let body = "";
  for await (const chunk of request) body += chunk;
  const { method, headers, rawHeaders } = request;
  received.push({ method: method!, path, headers, rawHeaders, body, answer });
  if (path.startsWith("/landed")) answer.end("landed");
  else answers[path.split("?")[0]!]?.(answer);
});

const get = async (path: string): Promise<string> =>
  (await sql`select net.http_get(${target + path}, timeout_milliseconds => 200000) as id`)[0]!.id;
const post = async (path: string, body: object = {}): Promise<string> =>
  (
    await sql`select net.http_post(${target + path}, ${sql.json(body as never)}, timeout_milliseconds => 200000) as id`
  )[0]!.id;
const response = (id: string) =>
  until(async () => {
    const [row] = await sql`select * from net._http_response where id = ${id}`;
    expect(row).toBeDefined();
    return row!;
  });
const arrival = (path: string) =>
  until(() => {
    expect(at(path)).not.toEqual([]);
    return at(path)[0]!;
  });

/** Waits until the worker looked at an empty queue and is waiting for a wake. */
const idle = () =>
  until(async () => {
    const [row] = await admin`select state, query from pg_stat_activity where application_name like 'pg_net %'`;
    expect(row).toEqual({ state: "idle", query: "commit" });
  });
const restartWorker = async () => {
  await worker.stop();
  worker = await startPgNet({ databaseUrl: database.url("supabase_admin") });
  await idle();
};

function connect(): void {
  sql = postgres(database.url(), { max: 8, onnotice() {} });
  admin = postgres(database.url("supabase_admin"), { max: 1 });
}

/**
 * Kills the server and waits for the next. Our clients end before: postgres.js can hang when it reconnects after a
 * kill.
 */
async function killDatabase(): Promise<void> {
  const pid = await database.pid();
  await Promise.all([sql.end(), admin.end()]);
  process.kill(pid, "SIGKILL");
  await until(async () => {
    connect();
    await sql`select`.catch(async (error) => {
      await sql.end({ timeout: 0 });
      throw error;
    });
  });
}

beforeAll(async () => {
  await once(server.listen(0, "127.0.0.1"), "listening");
  target = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  database = await startTestPostgres({ fsync: true });
  connect();
  worker = await startPgNet({ databaseUrl: database.url("supabase_admin") });
});

afterAll(async () => {
  await worker?.stop();
  await sql?.end({ timeout: 0 });
  await admin?.end({ timeout: 0 });
  await database?.stop();
  server.closeAllConnections();
  server.close();
});

describe.concurrent("a request", () => {
  test("the body is the text of the jsonb, byte for byte", async () => {
    await sql`select net.http_post(${`${target}/hello?bytes`}, '{"b":[1,2],"a":"é"}')`;
    expect(await arrival("/hello?bytes")).toMatchObject({ method: "POST", body: '{"a": "é", "b": [1, 2]}' });
  });

  test("http_post is application/json when nothing else is said", async () => {
    await sql`select net.http_post(${`${target}/hello?type`}, headers => '{"X-Other": "1"}')`;
    expect((await arrival("/hello?type")).headers).toMatchObject({
      "content-type": "application/json",
      "x-other": "1",
    });
  });

  test("header names are sent as given", async () => {
    await sql`select net.http_get(${`${target}/hello?names`}, headers => '{"x-CaSe": "Value"}')`;
    expect((await arrival("/hello?names")).rawHeaders.join("\n")).toContain("x-CaSe\nValue");
  });

  test("pg_net's User-Agent comes after the caller's", async () => {
    await sql`select net.http_get(${`${target}/hello?agent`}, headers => '{"user-agent": "ours"}')`;
    const { rawHeaders } = await arrival("/hello?agent");
    const agents = rawHeaders.filter(
      (_, index) => index % 2 === 1 && rawHeaders[index - 1]!.toLowerCase() === "user-agent",
    );
    expect(agents).toEqual(["ours", expect.stringMatching(/^pg_net\/0\.20\.\d+$/)]);
  });

  test("parameters are added to the query, encoded", async () => {
    await sql`select net.http_get(${`${target}/hello?q=1`}, '{"a b": "ü&="}')`;
    expect(await arrival("/hello?q=1&a%20b=%C3%BC%26%3D")).toMatchObject({ method: "GET", body: "" });
  });

  test("http_delete can carry a body", async () => {
    await sql`select net.http_delete(${`${target}/hello?delete`}, body => '{"a":1}')`;
    expect(await arrival("/hello?delete")).toMatchObject({ method: "DELETE", body: '{"a": 1}' });
  });
});

describe.concurrent("a response", () => {
  test("has status, content, content type and headers", async () => {
    expect(await response(await get("/hello"))).toMatchObject({
      status_code: 200,
      content: "hello",
      content_type: "text/plain",
      headers: { "Content-Type": "text/plain" },
      timed_out: false,
      error_msg: null,
    });
  });

  test("of status 500 is a response and no error", async () => {
    expect(await response(await get("/broken"))).toMatchObject({
      status_code: 500,
      content: "it broke",
      timed_out: false,
      error_msg: null,
    });
  });

  test("without a body has null for content", async () => {
    expect(await response(await get("/nothing"))).toMatchObject({ status_code: 204, content: null });
  });

  test("is cut at the first NUL byte", async () => {
    expect(await response(await get("/nul"))).toMatchObject({ status_code: 200, content: "before" });
  });

  test("keeps the last of headers with one name", async () => {
    const row = await response(await get("/headers"));
    expect(row.headers["X-One"]).toBe("last");
    expect(row.content_type).toBe("application/x-thing");
  });

  test("of a refused connection is in curl's words", async () => {
    const [row] = await sql`select net.http_get('http://127.0.0.1:1/') as id`;
    expect(await response(row!.id)).toMatchObject({
      status_code: null,
      timed_out: false,
      error_msg: "Couldn't connect to server",
    });
  });

  test("of an unknown host is in curl's words", async () => {
    const [row] = await sql`select net.http_get('http://nowhere.invalid/') as id`;
    expect(await response(row!.id)).toMatchObject({
      status_code: null,
      timed_out: false,
      error_msg: "Couldn't resolve host name",
    });
  });

  test("of a server that says nothing is in curl's words", async () => {
    expect(await response(await get("/hangup"))).toMatchObject({
      status_code: null,
      timed_out: false,
      error_msg: "Server returned nothing (no headers, no data)",
    });
  });

  test("that ends in the middle is an error", async () => {
    expect(await response(await get("/partial"))).toMatchObject({
      status_code: null,
      timed_out: false,
      error_msg: "Transferred a partial file",
    });
  });

  test("of a server that does not speak HTTP is an error", async () => {
    const other = createTcpServer((socket) => socket.on("error", () => {}).end("SSH-2.0-other\r\n"));
    await once(other.listen(0, "127.0.0.1"), "listening");
    const [row] = await sql`select net.http_get(${`http://127.0.0.1:${(other.address() as AddressInfo).port}/`}) as id`;
    expect(await response(row!.id)).toMatchObject({
      status_code: null,
      timed_out: false,
      error_msg: "Weird server reply",
    });
    other.close();
  });

  test("of a scheme that is not HTTP's comes when it is sent, not when it is asked for", async () => {
    const [row] = await sql`select net.http_get('ftp://127.0.0.1:1/file') as id`;
    expect(await response(row!.id)).toMatchObject({
      status_code: null,
      timed_out: false,
      error_msg: "Unsupported protocol",
    });
  });

  const inCurlsWords =
    /^Timeout of 300 ms reached\. Total time: [\d.]+ ms \(DNS time: [\d.]+ ms, TCP\/SSL handshake time: [\d.]+ ms, HTTP Request\/Response time: [\d.]+ ms\)$/;

  test("of a hanging target is a timeout in curl's words", async () => {
    const [row] = await sql`select net.http_get(${`${target}/hang`}, timeout_milliseconds => 300) as id`;
    const answer = await response(row!.id);
    expect(answer).toMatchObject({
      status_code: null,
      content: null,
      timed_out: true,
      error_msg: expect.stringMatching(inCurlsWords),
    });
  });

  test("whose body never ends is a timeout: the limit is for the whole request", async () => {
    const [row] = await sql`select net.http_get(${`${target}/drip`}, timeout_milliseconds => 300) as id`;
    expect(await response(row!.id)).toMatchObject({
      status_code: null,
      timed_out: true,
      error_msg: expect.stringMatching(inCurlsWords),
    });
  });
});

describe.concurrent("a redirect", () => {
  test.each(["301", "302", "303"])("%s after POST becomes GET without a body", async (status) => {
    expect(await response(await post(`/${status}`, { a: 1 }))).toMatchObject({ status_code: 200, content: "landed" });
    expect(at(`/landed?by=${status}`)).toMatchObject([{ method: "GET", body: "" }]);
  });

  test.each(["307", "308"])("%s keeps method and body", async (status) => {
    expect(await response(await post(`/${status}`, { a: 1 }))).toMatchObject({ status_code: 200, content: "landed" });
    expect(at(`/landed?by=${status}`)).toMatchObject([{ method: "POST", body: '{"a": 1}' }]);
  });

  test("to another host leaves the credentials behind", async () => {
    const [row] = await sql`
        select net.http_get(${`${target}/elsewhere`}, headers => '{"Authorization": "secret", "X-Kept": "1"}') as id`;
    await response(row!.id);
    expect(at("/elsewhere")[0]!.headers.authorization).toBe("secret");
    expect(at("/landed?by=elsewhere")[0]!.headers).toMatchObject({ "x-kept": "1" });
    expect(at("/landed?by=elsewhere")[0]!.headers.authorization).toBeUndefined();
  });

  test("to anything but http and https is refused", async () => {
    expect(await response(await get("/file"))).toMatchObject({ status_code: null, error_msg: "Unsupported protocol" });
  });

  test("that never ends is an error", async () => {
    expect(await response(await get("/loop"))).toMatchObject({
      status_code: null,
      error_msg: "Number of redirects hit maximum amount",
    });
  });
});

describe.concurrent("a transaction", () => {
  test("that is rolled back sends nothing", async () => {
    await sql
      .begin(async (tx) => {
        await tx`select net.http_get(${`${target}/hello?rolled-back`})`;
        throw new Error("no");
      })
      .catch(() => {});
    await response(await get("/hello?after-rollback"));
    expect(at("/hello?rolled-back")).toEqual([]);
  });

  test("sends its requests at commit, not before", async () => {
    const id = await sql.begin(async (tx) => {
      const [row] = await tx`select net.http_get(${`${target}/hello?at-commit`}) as id`;
      await response(await get("/hello?meanwhile"));
      expect(at("/hello?at-commit")).toEqual([]);
      return row!.id;
    });
    await response(id);
    expect(at("/hello?at-commit")).toHaveLength(1);
  });

  test("responses are deleted after six hours, while the worker is awake", async () => {
    await sql`
      insert into net._http_response (id, created)
      values (-1, now() - interval '6 hours 1 minute'), (-2, now() - interval '5 hours 59 minutes')`;
    await sql`select net.wake()`;
    await until(async () =>
      expect((await sql`select id from net._http_response where id in (-1, -2)`).map(({ id }) => id)).toEqual(["-2"]),
    );
  });
});

describe("the queue", () => {
  test("a row that was inserted by hand waits for the next wake", async () => {
    await restartWorker();
    await sql`insert into net.http_request_queue (method, url, timeout_milliseconds)
      values ('GET', ${`${target}/hello?by-hand`}, 1000)`;
    await idle();
    expect(await sql`select url from net.http_request_queue`).toHaveLength(1);
    await sql`select net.wake()`;
    await arrival("/hello?by-hand");
  });

  test("the response rows of a batch appear together when its slowest request ended", async () => {
    const [row] = await sql`
      select net.http_get(${`${target}/hello?fast`}) as fast,
        net.http_get(${`${target}/slow`}, timeout_milliseconds => 200000) as slow`;
    const { fast, slow } = row!;
    const { answer } = await arrival("/slow");
    await until(() => expect(at("/hello?fast")[0]!.answer.writableFinished).toBe(true));
    const rows = () => sql`select id, created from net._http_response where id in (${fast}, ${slow}) order by id`;
    expect(await rows()).toEqual([]);
    answer.end("slow");
    await response(slow);
    const both = await rows();
    expect(both.map(({ id }) => id)).toEqual([fast, slow]);
    expect(both[0]!.created).toEqual(both[1]!.created);
  });

  test("a batch is 200 requests in parallel, and a second passes before the next", async () => {
    const ids = (
      await sql`
        select net.http_get(${`${target}/many`}, timeout_milliseconds => 200000) as id from generate_series(1, 201)`
    ).map(({ id }) => id);
    await until(() => expect(at("/many")).toHaveLength(200));
    expect((await sql`select count(*)::int from net._http_response where id = any (${ids})`)[0]!.count).toBe(0);
    answers["/many"] = (answer) => answer.end();
    for (const { answer } of at("/many")) answer.end();
    await until(() => expect(at("/many")).toHaveLength(201));
    const batches = await until(async () => {
      const rows = await sql`
        select count(*)::int, extract(epoch from created)::float as time from net._http_response where id = any (${ids})
          group by created order by created`;
      expect(rows).toHaveLength(2);
      return rows;
    });
    expect(batches.map(({ count }) => count)).toEqual([200, 1]);
    expect(batches[1]!.time - batches[0]!.time).toBeGreaterThanOrEqual(1);
  });

  test("a batch that its worker could not finish is sent again", async () => {
    await get("/again");
    await arrival("/again");
    await worker.stop();
    expect(await sql`select url from net.http_request_queue`).toEqual([{ url: `${target}/again` }]);
    answers["/again"] = (answer) => answer.end();
    worker = await startPgNet({ databaseUrl: database.url("supabase_admin") });
    await until(async () => expect(await sql`select url from net.http_request_queue`).toEqual([]));
    expect(at("/again")).toHaveLength(2);
  });
});

describe("the worker", () => {
  const pid = async () =>
    (await admin`select pid from pg_stat_activity where application_name like 'pg_net %'`)[0]?.pid;

  test("net.worker_restart() starts another one", async () => {
    const before = await pid();
    await sql`select net.worker_restart()`;
    await until(async () => {
      expect(await pid()).toBeDefined();
      expect(await pid()).not.toBe(before);
    });
    await response(await get("/hello?restarted"));
  });

  test("net.check_worker_is_up() raises while there is none, net.wait_until_running() waits for it", async () => {
    await sql`select net.check_worker_is_up()`;
    await worker.stop();
    await until(async () => expect(await pid()).toBeUndefined());
    await expect(sql`select net.check_worker_is_up()`).rejects.toThrow("the pg_net background worker is not up");
    const running = sql`select net.wait_until_running()`.execute();
    worker = await startPgNet({ databaseUrl: database.url("supabase_admin") });
    await running;
  });

  test("goes on when the database was killed in the middle of a batch, which is lost", async () => {
    await sql`select net.http_get(${`${target}/killed`}, timeout_milliseconds => 60000)`;
    await arrival("/killed");
    await killDatabase();
    await until(() => sql`select net.check_worker_is_up()`);
    expect(await sql`select id from net.http_request_queue union all select id from net._http_response`).toEqual([]);
    await response(await get("/hello?after-kill"));
    expect(at("/killed")).toHaveLength(1);
  });
});

describe("the SQL", () => {
  test("a content type that is not JSON is refused", async () => {
    await expect(sql`select net.http_post('http://x', headers => '{"content-type": "text/plain"}')`).rejects.toThrow(
      'Content-Type header must be "application/json"',
    );
  });

  test.each([
    ["/relative", "Bad scheme"],
    ["localhost:3000/x", "Unsupported URL scheme"],
    ["http://", "No host part in the URL"],
  ])("the URL %s is refused", async (url, message) => {
    await expect(sql`select net.http_get(${url})`).rejects.toMatchObject({
      code: "XX000",
      message: `invalid URL "${url}": ${message}`,
    });
  });

  test("a URL that is null is refused", async () => {
    await expect(sql`select net.http_get(null)`).rejects.toMatchObject({ code: "23502" });
  });

  test("methods other than GET, POST and DELETE are refused", async () => {
    await expect(
      sql`insert into net.http_request_queue (method, url, timeout_milliseconds) values ('PUT', 'http://x', 1)`,
    ).rejects.toMatchObject({ code: "23514" });
  });

  test("timeouts are 5 seconds when nothing else is said", async () => {
    const [row] = await sql`
      select string_agg(distinct pg_get_function_arguments(oid), ' ') like all
        (array['%timeout_milliseconds integer DEFAULT 5000%']) as five
      from pg_proc where pronamespace = 'net'::regnamespace and proname like 'http\\_%'
      and proname <> 'http_collect_response'`;
    expect(row!.five).toBe(true);
  });

  test("both tables are unlogged", async () => {
    const rows = await sql`
      select relname, relpersistence from pg_class where relnamespace = 'net'::regnamespace and relkind = 'r'
        order by relname`;
    expect(rows).toEqual([
      { relname: "_http_response", relpersistence: "u" },
      { relname: "http_request_queue", relpersistence: "u" },
    ]);
  });

  test("a caller needs no grant, and none can be taken away by postgres", async () => {
    await sql`revoke all on function net.http_get from public`;
    await sql`revoke usage on schema net from public`;
    await sql.begin(async (tx) => {
      await tx`set local role anon`;
      expect(await tx`select net.http_get('http://127.0.0.1:1/') as id`).toHaveLength(1);
    });
  });

  test("functions run with the rights of the caller", async () => {
    expect(await sql`select proname from pg_proc where pronamespace = 'net'::regnamespace and prosecdef`).toEqual([]);
  });

  test("net._http_collect_response() tells of a response", async () => {
    await sql`insert into net._http_response (id, status_code, content) values (-3, 200, 'hello')`;
    const [row] =
      await sql`select (net._http_collect_response(-3)).*, (((net._http_collect_response(-3)).response).body)`;
    expect(row).toMatchObject({ status: "SUCCESS", message: "ok", body: "hello" });
    const [none] = await sql`select (net._http_collect_response(0)).*`;
    expect(none).toMatchObject({ status: "ERROR", message: "request matching request_id not found" });
  });

  test("net.http_collect_response() is as broken as the original", async () => {
    await expect(sql`select net.http_collect_response(1)`).rejects.toThrow("query has no destination for result data");
  });
});
