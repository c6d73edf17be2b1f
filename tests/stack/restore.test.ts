/** A backup that is taken under load, and a stack that starts on it: docs/runbook.md, "Backups and restore". */
import { execFile } from "node:child_process";
import { chmod, chown, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import postgres from "postgres";
import { expect, test } from "vitest";
import { aSale, postStripe, type Sale, saleEvent, startTestStack, type TestStack, until } from "./test_stack.ts";

/** As a copy of a running server's files goes: what vanishes meanwhile is no fault. */
const copy = (from: string, to: string) =>
  new Promise<void>((resolve) => execFile("cp", ["-a", from, to], () => resolve()));

/** A base backup by the low-level API: the files as they are copied, and the WAL that makes them whole. */
async function backUp({ stack }: TestStack, folder: string): Promise<void> {
  const admin = postgres(stack.adminUrl, { max: 1, onnotice() {} });
  try {
    const [from, to] = [path.join(stack.postgres.dataDir, "postgres"), path.join(folder, "postgres")];
    await admin`select pg_backup_start('restore.test', true)`;
    await copy(from, to);
    const [label] = await admin`select labelfile, spcmapfile from pg_backup_stop()`;
    await rm(path.join(to, "pg_wal"), { recursive: true });
    await copy(path.join(from, "pg_wal"), path.join(to, "pg_wal"));
    await rm(path.join(to, "postmaster.pid"), { force: true });
    await writeFile(path.join(to, "backup_label"), label!.labelfile);
    // The server's: it runs as another user when we are root.
    const { uid, gid } = await stat(to);
    await chown(path.join(to, "backup_label"), uid, gid);
  } finally {
    await admin.end();
  }
}

/** Sent until it is taken, as Stripe does. */
const send = (testStack: TestStack, body: string) =>
  until("taken", async () => (await postStripe(testStack, body)).status === 200);

test("a stack on a backup taken under load goes on: what was pending arrives, and what is sent again is not doubled", async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), "signalbox-restore-"));
  await chmod(folder, 0o755);
  let restored: TestStack | undefined;
  const original = await startTestStack({ fsync: true });
  try {
    original.receiver.answer(({ path }) => ({ status: path === "/make" ? 500 : 200 }));
    const sales: Sale[] = [await aSale(original, { stock: 1000 })];
    for (let i = 1; i < 40; i++) sales.push(await aSale(original, { sku: sales[0]!.sku }));
    const bodies = sales.map((sale) => saleEvent(sale, "checkout.session.completed"));

    // Half of them before the copy begins; the others go on while it is made, and after it.
    for (const body of bodies.slice(0, 20)) await send(original, body);
    const rest = Promise.all(bodies.slice(20).map((body) => send(original, body)));
    await backUp(original, folder);
    await rest;
    await original.stop();

    restored = await startTestStack({ dataDir: folder, prepared: false, fsync: true });
    const { sql } = restored;
    const pending = await sql`
      select 'msg_' || message_id as id from outbox.deliveries where destination = 'make' and status <> 'delivered'`;
    expect(pending.length).toBeGreaterThanOrEqual(20);
    const [before] = await sql`select count(*)::int as events from inbox.events`;
    expect(before!.events).toBeGreaterThanOrEqual(20);

    // The providers send what they have: what the backup knows is dropped, what it lacks has its effect.
    for (const body of bodies) await send(restored, body);
    await until("everything delivered", async () => {
      await sql`
        update outbox.deliveries set next_attempt_at = now(), attempts_before = attempts
        where status = 'pending' and attempts > attempts_before`;
      await sql`update outbox.destinations set held_until = now() where held_until > now()`;
      await sql`
        update outbox.deliveries set lease_until = now() - interval '2 days'
        where status = 'sending' and courier in (select id from outbox.couriers where ended_at is null
          and awake_until < now() - interval '1 minute')`;
      return (await sql`select 1 from outbox.deliveries where status in ('pending', 'sending')`).length === 0;
    });
    const [counts] = await sql`
      select (select count(*)::int from inbox.events) as events,
        (select count(*)::int from public.orders) as orders,
        (select count(distinct checkout_session_id)::int from public.orders) as checkouts,
        (select stock from public.products) as stock`;
    expect(counts).toEqual({ events: 40, orders: 40, checkouts: 40, stock: 920 });
    expect([...(await sql`select * from ops.audit_consistency()`)]).toEqual([]);
    const came = new Set(restored.receiver.received.map(({ id }) => id));
    expect(pending.map(({ id }) => id).filter((id) => !came.has(id))).toEqual([]);
    expect(restored.receiver.received.filter(({ verifiedBy }) => verifiedBy === null)).toEqual([]);

    // Vault's secrets can be read, here: its key is in the data. Hosted keeps the key outside (docs/runbook.md).
    expect(await sql`select 1 from vault.decrypted_secrets where decrypted_secret is null`).toEqual([]);
    expect(await sql`select 1 from ops.attention where what = 'secret missing in Vault'`).toEqual([]);
  } finally {
    await restored?.stop();
    await original.stop();
    await rm(folder, { recursive: true, force: true });
  }
});
