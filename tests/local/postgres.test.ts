/** The embedded server, as its keeper: it runs until it is stopped. */
import postgres from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Postgres } from "../../local/postgres/postgres.ts";
import { until } from "../until.ts";
import { startTestPostgres } from "./test_postgres.ts";

let server: Postgres;
beforeAll(async () => {
  server = await startTestPostgres({ fsync: true });
});
afterAll(() => server?.stop());

test("a server that is killed again while it starts again is running in the end", async () => {
  const killed = new Set<number>();
  // Each process as soon as it is there, most of them before they take a connection.
  while (killed.size < 4) {
    const pid = await server.pid().catch(() => 0);
    if (pid > 0 && !killed.has(pid)) {
      try {
        process.kill(pid, "SIGKILL");
        killed.add(pid);
      } catch {
        // It is gone, and its file is still there.
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const sql = postgres(server.url("postgres"), { max: 1, backoff: () => 0.1, connect_timeout: 5 });
  try {
    const answer = await until("it to answer", () => sql`select 1 as one`.catch(() => undefined));
    expect([...answer]).toEqual([{ one: 1 }]);
    expect(killed).not.toContain(await server.pid());
  } finally {
    await sql.end({ timeout: 1 });
  }
});

test.runIf(process.platform === "linux")(
  "a server that is killed is started again, though a process that it left behind does not notice",
  async () => {
    const open = () => postgres(server.url("postgres"), { max: 1, onnotice() {}, connect_timeout: 5 });
    const sql = open();
    const [{ pid }] = await sql<[{ pid: number }]>`select pg_backend_pid() as pid`;
    const killed = await server.pid();
    process.kill(pid, "SIGSTOP");
    process.kill(killed, "SIGKILL");
    const again = open();
    try {
      const answer = await until("it to answer", () => again`select 1 as one`.catch(() => undefined));
      expect([...answer]).toEqual([{ one: 1 }]);
      expect(await server.pid()).not.toBe(killed);
      expect(() => process.kill(pid, 0)).toThrow("ESRCH");
    } finally {
      await Promise.all([sql.end({ timeout: 0 }), again.end({ timeout: 1 })]);
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // It was ended, as it should be.
      }
    }
  },
);
