/** Carries out the faults of a plan on a running stack, and heals all of them. */
import { setTimeout as pause } from "node:timers/promises";
import postgres from "postgres";
import type { Stack } from "../../local/stack.ts";
import type { PatientDatabase } from "./database.ts";
import type { Disruption } from "./history.ts";
import type { Link } from "./link.ts";
import type { Destination, Fault, ReceiverFault } from "./plan.ts";
import { within } from "./within.ts";

/** More than Postgres has: the rest is refused. */
const CONNECTIONS = 140;
/** How long one of them may take to be made. */
const CONNECT_MS = 10_000;
/** A port where nothing listens. */
const NOWHERE = "http://127.0.0.1:9/functions/v1";

export interface Faults {
  /** What a receiver does now; undefined: it answers. */
  readonly receivers: ReadonlyMap<Destination, ReceiverFault>;
  readonly disruptions: Disruption[];
  /** Begins a fault; resolves when it is over, or, where it has no end of its own, when it is done. */
  carryOut(fault: Fault): Promise<void>;
  /** Ends all of them. */
  heal(): Promise<void>;
}

export interface FaultsOptions {
  stack: Stack;
  database: PatientDatabase;
  links: Record<Destination, Link>;
  /** Gives up: what waits rejects. */
  signal?: AbortSignal;
}

export function openFaults({ stack, database, links, signal }: FaultsOptions): Faults {
  const receivers = new Map<Destination, ReceiverFault>();
  const disruptions: Disruption[] = [];

  /** Notes the time in which `work` ran, and a little more: what was cut off shows a moment later. */
  async function disrupt(
    kind: Disruption["kind"],
    destination: string | null,
    work: () => Promise<unknown>,
  ): Promise<void> {
    const one: Disruption = { kind, destination, from: Date.now(), to: Number.MAX_SAFE_INTEGER };
    disruptions.push(one);
    try {
      await work();
    } finally {
      one.to = Date.now() + 200;
    }
  }

  const answers = () => database.ask((sql) => sql`select 1`);

  async function killPostgres(): Promise<void> {
    const pid = await stack.postgres.pid().catch(() => undefined);
    if (pid !== undefined) kill(pid);
    await pause(50, undefined, { signal });
    await answers();
  }

  async function useUpConnections(ms: number): Promise<void> {
    const held = Array.from({ length: CONNECTIONS }, () =>
      postgres(stack.dbUrl, { max: 1, onnotice() {}, fetch_types: false, connect_timeout: 5, backoff: () => 60 }),
    );
    try {
      for (const sql of held) {
        // A client that is refused may connect again for ever, and tell nobody.
        const refused = await within(CONNECT_MS, "no connection", sql`select 1`, signal).then(
          () => false,
          () => true,
        );
        signal?.throwIfAborted();
        if (refused) break;
      }
      await pause(ms, undefined, { signal });
    } finally {
      await Promise.all(held.map((sql) => sql.end({ timeout: 0 }).catch(() => {})));
    }
    await answers();
  }

  /** On new and on open sessions: the server reads its settings again. */
  async function takeWrites(yes: boolean): Promise<void> {
    await database.ask(async () => {
      const admin = postgres(stack.adminUrl, { max: 1, onnotice() {}, fetch_types: false, connect_timeout: 5 });
      try {
        const value = yes ? "off" : "on";
        const set = admin.unsafe(`alter system set default_transaction_read_only = ${value}`);
        await within(CONNECT_MS, "no answer to alter system", set, signal);
        await within(CONNECT_MS, "no answer to pg_reload_conf", admin`select pg_reload_conf()`, signal);
      } finally {
        void admin.end({ timeout: 0 }).catch(() => {});
      }
    });
  }

  const cron = (active: boolean) =>
    database.ask((sql) => sql`select cron.alter_job(jobid, active := ${active}) from cron.job`);
  const bells = (url: string) => database.ask((sql) => sql`select outbox.set_functions_url(${url})`);

  async function carryOut(fault: Fault): Promise<void> {
    switch (fault.kind) {
      case "kill postgres":
        return await disrupt("database", null, killPostgres);
      case "kill function":
        return await disrupt("courier", null, async () => {
          const pid = await stack.functions.pid(fault.name);
          if (pid !== undefined) kill(pid);
        });
      case "drop bells":
        await bells(NOWHERE);
        await pause(fault.ms, undefined, { signal });
        await bells(stack.functionsUrl);
        return;
      case "stop cron":
        await cron(false);
        await pause(fault.ms, undefined, { signal });
        await cron(true);
        return;
      case "use up connections":
        return await disrupt("database", null, () => useUpConnections(fault.ms));
      case "receiver":
        receivers.set(fault.destination, fault.how);
        await pause(fault.ms, undefined, { signal });
        receivers.delete(fault.destination);
        return;
      case "network":
        return await disrupt("network", fault.destination, async () => {
          links[fault.destination].fail(fault.how);
          await pause(fault.ms, undefined, { signal });
          links[fault.destination].mend();
        });
      case "provider":
        stack.providers[fault.name].fail({ kind: fault.how, times: fault.times });
        return;
      case "step clock":
        stack.functions.setClock(fault.stepMs);
        await pause(fault.ms, undefined, { signal });
        stack.functions.setClock(0);
        return;
      case "disk full":
        return await disrupt("database", null, async () => {
          await takeWrites(false);
          await pause(fault.ms, undefined, { signal });
          await takeWrites(true);
        });
    }
  }

  return {
    receivers,
    disruptions,
    carryOut,
    async heal() {
      receivers.clear();
      for (const link of Object.values(links)) link.mend();
      for (const provider of Object.values(stack.providers)) provider.mend();
      stack.functions.setClock(0);
      await answers();
      await takeWrites(true);
      await cron(true);
      await bells(stack.functionsUrl);
    },
  };
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It is gone by itself.
  }
}
