/**
 * Upgrades under load (docs/guides/upgrades.md): each release, with data in it, gets today's migrations and then
 * today's functions while webhooks stream in. As long as there is no release, today's schema gets a migration of each
 * dangerous kind.
 */
import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import http from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import postgres from "postgres";
import { describe, expect, test } from "vitest";
import { readFunctionsConfig, startFunctions } from "../../local/functions.ts";
import { DEVELOPMENT_KEYS } from "../../local/keys.ts";
import { pushMigrations } from "../../local/migrations.ts";
import { releases } from "../../scripts/schema/released.ts";
import { ROOT } from "../../scripts/schema/schema.ts";
import { stripeHeaders } from "../../simulator/providers/stripe.ts";
import { aSale, type Sale, saleEvent, startTestStack, type TestStack, until } from "./test_stack.ts";

/** How long a sender waits before it sends again; Stripe's first retry is far later. */
const RETRY_MS = 2000;
/** A migration that waits for a lock may cost an event its first answer, and no more. */
const MAX_REQUESTS = 2;
/** Webhooks under way at once. */
const SENDERS = 4;
const PARTS = ["functions", "supabase"];

/** A folder with supabase/ and functions/ that a test may change. */
async function aProject(from: string | { tag: string }): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "signalbox-upgrade-"));
  if (typeof from === "string") {
    for (const part of PARTS) await cp(path.join(from, part), path.join(folder, part), { recursive: true });
  } else {
    const archive = path.join(folder, "release.tar");
    await promisify(execFile)("git", ["archive", `--output=${archive}`, from.tag, ...PARTS], { cwd: ROOT });
    await promisify(execFile)("tar", ["-xf", archive, "-C", folder]);
    await rm(archive);
  }
  return folder;
}

/** As `npm run migration` begins one. */
const append = (project: string, name: string, sql: string) =>
  writeFile(path.join(project, "supabase/migrations", name), `set local lock_timeout = '3s';\n${sql}`);

interface Sent {
  sale: Sale;
  statuses: number[];
}

/** Sends webhooks of new sales, a few at a time, each until it is taken. */
function stream(testStack: TestStack, sku: string, url: () => string) {
  const sent: Sent[] = [];
  let stopped = false;
  async function send(): Promise<void> {
    while (!stopped) {
      const sale = await retried(() => aSale(testStack, { sku }));
      const one: Sent = { sale, statuses: [] };
      sent.push(one);
      const body = saleEvent(sale, "checkout.session.completed");
      while (!one.statuses.some(isTaken) && one.statuses.length < 5) {
        if (one.statuses.length > 0) await pause(RETRY_MS);
        one.statuses.push(await post(url(), body, testStack.env.STRIPE_WEBHOOK_SECRET!));
      }
      await pause(20);
    }
  }
  const running = Promise.all(Array.from({ length: SENDERS }, send));
  return {
    sent,
    async stop(): Promise<void> {
      stopped = true;
      await running;
    },
  };
}

const isTaken = (status: number) => status >= 200 && status < 300;

/** Opening a checkout by hand, as no function does: it is not what is measured. */
async function retried<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt === 20) throw error;
      await pause(200);
    }
  }
}

async function post(functionsUrl: string, body: string, secret: string): Promise<number> {
  try {
    const answer = await fetch(`${functionsUrl}/stripe`, {
      method: "POST",
      body,
      headers: stripeHeaders(body, secret),
    });
    await answer.text();
    return answer.status;
  } catch {
    return 0;
  }
}

/** The functions of a project beside those of the stack, on the same database, as a deployment replaces them. */
async function startBeside({ stack }: TestStack, project: string): Promise<{ url: string; stop(): Promise<void> }> {
  const toml = await readFile(path.join(project, "supabase/config.toml"), "utf8");
  const functions = await startFunctions({
    folder: path.join(project, "functions"),
    config: readFunctionsConfig(toml, path.join(project, "supabase")),
    env: stack.env,
    keys: DEVELOPMENT_KEYS,
    log() {},
  });
  const server = http.createServer((request, response) => void functions.handle(request, response, request.url!));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await functions.stop();
    },
  };
}

interface Upgraded {
  sent: Sent[];
  /** Why migrations could not be applied at first. */
  refused: string[];
}

interface Upgrade {
  from: string;
  to: string;
  /** What an admin does by hand before, under load. */
  before?: (sql: postgres.Sql) => Promise<unknown>;
  /** Somebody reads a table for so long: a migration that changes it has to wait. */
  reader?: { table: string };
}

/** The upgrade itself; resolves to what the senders saw. `check` sees the database when all is done. */
async function upgrade(
  { from, to, before, reader }: Upgrade,
  check: (testStack: TestStack, upgraded: Upgraded) => Promise<void>,
): Promise<void> {
  const testStack = await startTestStack({ project: from });
  let beside: Awaited<ReturnType<typeof startBeside>> | undefined;
  let url = testStack.stack.functionsUrl;
  const { sku } = await aSale(testStack, { stock: 1_000_000 });
  const load = stream(testStack, sku, () => url);
  const taken = (count: number) =>
    until(`${count} more are taken`, () => load.sent.filter(({ statuses }) => statuses.some(isTaken)).length >= count);
  const more = async (count: number) => {
    const known = load.sent.length;
    await until(`${count} more are sent`, () => load.sent.length >= known + count);
  };
  const refused: string[] = [];
  try {
    await taken(10);
    await before?.(testStack.sql);
    if (reader) {
      // The migration gives up by its lock_timeout, so that nobody queues behind it for longer.
      const holder = postgres(testStack.stack.dbUrl, { max: 1, onnotice() {} });
      try {
        await holder`begin`;
        await holder.unsafe(`lock table ${reader.table} in access share mode`);
        await pushMigrations(testStack.stack.dbUrl, to).catch((error) => refused.push(error.message));
      } finally {
        await holder.end({ timeout: 1 });
      }
    }
    await pushMigrations(testStack.stack.dbUrl, to);
    await more(10); // by the functions of before
    beside = await startBeside(testStack, to);
    url = beside.url;
    await more(10); // by those of after
    await load.stop();
    await check(testStack, { sent: load.sent, refused });
  } finally {
    await load.stop();
    await beside?.stop();
    await testStack.stop();
  }
}

/** What the upgrade cost: events that were refused too often, and whatever is not there exactly once. */
async function costsOf({ sql, receiver }: TestStack, { sent }: Upgraded): Promise<string[]> {
  const costs = sent
    .filter(({ statuses }) => !statuses.slice(0, MAX_REQUESTS).some(isTaken))
    .map(({ sale, statuses }) => `checkout ${sale.checkout} was answered ${statuses.join(", ")}`);
  const checkouts = sent.map(({ sale }) => sale.checkout);
  const orders = await sql<{ checkout: string; orders: number }[]>`
    select c.id as checkout, count(o.id)::int as orders
    from unnest(${checkouts}::uuid[]) c (id) left join public.orders o on o.checkout_session_id = c.id
    group by c.id having count(o.id) <> 1`;
  costs.push(...orders.map(({ checkout, orders }) => `checkout ${checkout} has ${orders} orders`));
  const found = await sql`select what, which, why from ops.audit_consistency()`;
  costs.push(...found.map(({ what, which, why }) => `${what}: ${which}: ${why}`));
  if (costs.length > 0) return costs;
  await until("everything is delivered", async () => {
    const [left] = await sql`
      select count(*)::int as count from outbox.deliveries where status in ('pending', 'sending')`;
    return left!.count === 0;
  });
  const wrong = receiver.received.filter(({ verifiedBy }) => verifiedBy === null);
  return wrong.map(({ id }) => `${id} arrived with a signature that is none`);
}

/** One of each kind that locks, rewrites or breaks, done as the guide says. */
const EXPANDING = {
  // A constant default is kept in the catalogue: no row is written. One table a file: with two, an event that has
  // written the one and goes on to the other is a deadlock.
  "29990101000000_add_a_column.sql": `
    alter table public.orders add column upgrade_note text not null default 'none';`,
  "29990101000001_add_another.sql": `
    alter table inbox.events add column upgrade_note text;`,
  // The constraint holds for new rows at once; the old ones are read in another transaction, without an exclusive lock.
  "29990102000000_add_a_constraint.sql": `
    alter table public.payments add constraint an_upgrade_is_never_negative check (amount_minor >= 0) not valid;`,
  "29990103000000_validate_it.sql": `
    alter table public.payments validate constraint an_upgrade_is_never_negative;`,
  // Built by hand before, concurrently: then this finds it.
  "29990104000000_add_an_index.sql": `
    create index if not exists events_by_upgrade_note on inbox.events (upgrade_note);`,
  // Another signature is another function: that of before stays, and calls it.
  "29990105000000_change_a_signature.sql": `
    alter function inbox.receive(jsonb) rename to receive_all;
    create function inbox.receive_with(events jsonb, upgrade_note text)
    returns table (id uuid, provider text, provider_event_id text, status inbox.event_status, duplicate boolean,
      error text)
    language sql set search_path = '' as $$ select * from inbox.receive_all(events) $$;
    create function inbox.receive(events jsonb)
    returns table (id uuid, provider text, provider_event_id text, status inbox.event_status, duplicate boolean,
      error text)
    language sql set search_path = '' as $$ select * from inbox.receive_with(events, 'before') $$;`,
};

/** The same change of a signature in one step: the functions that are deployed call what is gone. */
const CONTRACTING = {
  "29990101000000_drop_the_signature.sql": "alter function inbox.receive(jsonb) rename to receive_all;",
};

async function withProjects<Result>(
  from: string | { tag: string },
  migrations: Record<string, string>,
  work: (from: string, to: string) => Promise<Result>,
): Promise<Result> {
  const folders: string[] = [];
  try {
    for (const source of [from, ROOT]) folders.push(await aProject(source));
    for (const [name, sql] of Object.entries(migrations)) await append(folders[1]!, name, sql);
    return await work(folders[0]!, folders[1]!);
  } finally {
    for (const folder of folders) await rm(folder, { recursive: true, force: true });
  }
}

const tags = await releases();

// Without a release it has no case, and the tests below stand for it.
describe.runIf(tags.length > 0)("a release gets today's migrations and functions under load", () => {
  test.each(tags)("%s: no event is lost, doubled, or refused for more than a retry", async (tag) => {
    await withProjects({ tag }, {}, (from, to) =>
      upgrade({ from, to }, async (testStack, upgraded) => {
        expect(await costsOf(testStack, upgraded)).toEqual([]);
      }),
    );
  });
});

describe("a migration of each dangerous kind, under load", () => {
  test("costs no event more than a retry when it expands, also when a reader holds it up", async () => {
    await withProjects(ROOT, EXPANDING, (from, to) =>
      upgrade(
        {
          ...{ from, to, reader: { table: "public.orders" } },
          // Its column is made by a migration: an index of one that exists stands for it.
          before: (sql) => sql`create index concurrently events_by_upgrade_note on inbox.events (type, id)`,
        },
        async (testStack, upgraded) => {
          expect(upgraded.refused).toEqual([expect.stringMatching(/lock timeout/)]);
          expect(await costsOf(testStack, upgraded)).toEqual([]);
          const [made] = await testStack.sql`
            select (select convalidated from pg_constraint where conname = 'an_upgrade_is_never_negative') as valid,
              (select indisvalid from pg_index where indexrelid = 'inbox.events_by_upgrade_note'::regclass) as indexed,
              (select count(*)::int from public.orders where upgrade_note <> 'none') as without`;
          expect(made).toEqual({ valid: true, indexed: true, without: 0 });
        },
      ),
    );
  });

  test("that takes away what the deployed functions call is found", async () => {
    await withProjects(ROOT, CONTRACTING, (from, to) =>
      upgrade({ from, to }, async (testStack, upgraded) => {
        const costs = await costsOf(testStack, upgraded);
        expect(costs.length).toBeGreaterThan(0);
        expect(costs[0]).toMatch(/was answered 5\d\d, 5\d\d/);
      }),
    );
  });
});
