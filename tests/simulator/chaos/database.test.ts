/** The chaos lab's way into a database that comes and goes. */
import { once } from "node:events";
import type { AddressInfo, Server } from "node:net";
import { createServer } from "node:net";
import { afterEach, expect, test } from "vitest";
import { openPatiently } from "../../../simulator/chaos/database.ts";
import { within } from "../../../simulator/chaos/within.ts";

let server: Server | undefined;
afterEach(() => server?.close());

/** Where Postgres would listen. `answers` false: connects, and says nothing. */
async function address(listens: boolean): Promise<string> {
  server = createServer((socket) => socket.on("error", () => {}));
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
