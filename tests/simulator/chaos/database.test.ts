/** The chaos lab's way into a database that comes and goes. */
import { once } from "node:events";
import type { AddressInfo, Server } from "node:net";
import { createServer } from "node:net";
import { afterEach, expect, test } from "vitest";
import { openPatiently } from "../../../simulator/chaos/database.ts";
import { within } from "../../../simulator/chaos/within.ts";

let server: Server | undefined;
afterEach(() => server?.close());

/** Where Postgres would listen. What listens connects, and says nothing after `greeting`. */
async function address(listens: boolean, greeting?: Buffer): Promise<string> {
  server = createServer((socket) => {
    socket.on("error", () => {});
    if (greeting) socket.once("data", () => socket.write(greeting));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  if (!listens) server.close();
  return `postgresql://postgres@127.0.0.1:${port}/postgres`;
}

test.each([
  ["where nothing listens", false],
  ["that connects and says nothing", true],
])("Ctrl+C ends the waiting for a database %s", async (_, listens) => {
  const stop = new AbortController();
  const database = openPatiently(await address(listens), { signal: stop.signal });
  const asked = database.ask((sql) => sql`select 1`);
  const ended = expect(asked).rejects.toMatchObject({ name: "AbortError" });
  setImmediate(() => stop.abort());
  await ended;
  await database.stop();
});

test("a database that stays away is given up, with what it last said", async () => {
  const database = openPatiently(await address(false), { patienceMs: 300 });
  await expect(database.ask((sql) => sql`select 1`)).rejects.toThrow(/did not answer for 0\.3 s: .*ECONNREFUSED/);
  await database.stop();
});

test("a database that falls silent when it has let us in is given up, and no error is left that nobody catches", async () => {
  const letIn = Buffer.from("R\0\0\0\x08\0\0\0\0Z\0\0\0\x05I", "latin1");
  const database = openPatiently(await address(true, letIn), { patienceMs: 300, queryMs: 200 });
  const uncaught: unknown[] = [];
  const onUncaught = (error: unknown) => uncaught.push(error);
  process.on("unhandledRejection", onUncaught);
  await expect(database.ask((sql) => sql`select 1`)).rejects.toThrow("did not answer for 0.3 s");
  await database.stop();
  await new Promise(setImmediate);
  process.off("unhandledRejection", onUncaught);
  expect(uncaught).toEqual([]);
});

test("nothing is asked after Ctrl+C", async () => {
  const stop = new AbortController();
  stop.abort();
  const database = openPatiently(await address(false), { signal: stop.signal });
  await expect(database.ask((sql) => sql`select 1`)).rejects.toMatchObject({ name: "AbortError" });
  await database.stop();
});

test("a promise that never settles is given up after its time", async () => {
  await expect(within(20, "no answer", new Promise(() => {}))).rejects.toThrow("no answer within 20 ms");
});
