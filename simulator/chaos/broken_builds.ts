/**
 * Builds that are broken on purpose, each in one place: what the lab must find. A patch is text that stands in a file,
 * or in a function of the database, exactly once, and what takes its place; it is applied to a copy.
 */
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { PatientDatabase } from "./database.ts";
import { type Lab, type LabOptions, startLab } from "./lab.ts";

const PROJECT = fileURLToPath(new URL("../../", import.meta.url));

type Patch = { from: string; to: string } & ({ file: string } | { procedure: string });

export interface BrokenBuild {
  /** What is wrong with it. */
  what: string;
  patches: Patch[];
  /** Statements besides. */
  sql?: string[];
}

export const BROKEN_BUILDS: Readonly<Record<string, BrokenBuild>> = {
  "no dedupe": {
    what: "An event that is received again is stored and applied again.",
    sql: ["alter table inbox.events drop constraint an_event_is_received_once"],
    patches: [
      {
        procedure: "inbox.store_events(jsonb)",
        from: "on conflict on constraint an_event_is_received_once do nothing",
        to: "",
      },
    ],
  },
  "no lease": {
    what: "A delivery that is under way is anybody's.",
    patches: [
      {
        procedure: "outbox.claim(uuid, integer, bigint)",
        from: "lease_until = v_now + v_lease",
        to: "lease_until = v_now",
      },
    ],
  },
  "no lock": {
    what: "Buyers of one cohort's seats do not wait for each other.",
    patches: [
      {
        procedure: "commerce.lock_seats(uuid[])",
        from: "for no key update",
        to: "for key share",
      },
    ],
  },
  "early 200": {
    what: "A webhook is answered before its event is stored.",
    patches: [
      {
        file: "functions/_shared/inbound/webhook_handler.ts",
        from: "const result = await inbox.receive(event);",
        to: `const result = { id: crypto.randomUUID(), status: "applied" as const, duplicate: false };
      void inbox.receive(event).catch(() => {});`,
      },
    ],
  },
  "no signature check": {
    what: "Stripe's signature may be any.",
    patches: [
      {
        file: "functions/_shared/providers/stripe/webhook.ts",
        from: "if (!digests.some(",
        to: "if (digests.length === 0 && !digests.some(",
      },
    ],
  },
  "delivered whatever is answered": {
    what: "A delivery is delivered once it was sent, whatever the receiver answers.",
    patches: [
      {
        file: "functions/_shared/outbound/attempt.ts",
        from: "result.outcome = done.outcome;",
        to: 'result.outcome = "delivered";',
      },
    ],
  },
  "no retry": {
    what: "A delivery that failed once is given up.",
    sql: [
      `create or replace function outbox.retry_delay(attempts integer) returns interval language sql volatile
        return null::interval`,
    ],
    patches: [],
  },
  "stock not taken": {
    what: "A checkout holds goods and leaves them in stock.",
    patches: [
      {
        procedure: "commerce.move_stock(uuid, integer, public.stock_reason, uuid, uuid, text, text, text, bigint)",
        from: "set stock = coalesce(p.stock, 0) + move_stock.quantity",
        to: "set stock = p.stock",
      },
    ],
  },
  "no order by record": {
    what: "A message is sent though an earlier one of its record is not settled.",
    patches: [
      {
        procedure: "outbox.pick(text, integer, integer[], interval, boolean, bigint[])",
        from: "if cardinality(v_ready) < cardinality(v_due) then",
        to: "v_ready := v_due; if false then",
      },
    ],
  },
  "secrets kept": {
    what: "All headers of a webhook are stored, the secret of Fapshi among them.",
    patches: [
      {
        file: "functions/_shared/inbound/read_event.ts",
        from: 'for (const name of [...names, "content-type", "user-agent"]) {',
        to: "for (const name of [...names, ...headers.keys()]) {",
      },
    ],
  },
};

/** `text` with `to` in the place of `from`. @throws Error when `from` does not stand there exactly once. */
export function patched(where: string, text: string, { from, to }: Pick<Patch, "from" | "to">): string {
  const parts = text.split(from);
  if (parts.length !== 2)
    throw new Error(
      `${where} has this ${parts.length - 1} times, not once. Bring the broken build up to date: ${from}`,
    );
  return parts.join(to);
}

async function breakDatabase({ ask }: PatientDatabase, { sql = [], patches }: BrokenBuild): Promise<void> {
  for (const statement of sql) await ask((client) => client.unsafe(statement));
  for (const patch of patches) {
    if (!("procedure" in patch)) continue;
    const [row] = await ask(
      (client) => client`select pg_get_functiondef(${patch.procedure}::text::regprocedure) as source`,
    );
    await ask((client) => client.unsafe(patched(patch.procedure, row!.source, patch)));
  }
}

/** A lab on a copy of the project that is broken so. */
export async function startBrokenLab(build: BrokenBuild, options: LabOptions = {}): Promise<Lab> {
  const files = build.patches.flatMap((patch) => ("file" in patch ? [patch] : []));
  const prepare = (database: PatientDatabase) => breakDatabase(database, build);
  if (files.length === 0) return await startLab({ ...options, prepare });

  const project = await mkdtemp(path.join(os.tmpdir(), "signalbox-broken-"));
  const remove = () => rm(project, { recursive: true, force: true });
  try {
    for (const part of ["functions", "supabase"])
      await cp(path.join(PROJECT, part), path.join(project, part), { recursive: true });
    for (const patch of files) {
      const file = path.join(project, patch.file);
      await writeFile(file, patched(patch.file, await readFile(file, "utf8"), patch));
    }
    const lab = await startLab({ ...options, project, prepare });
    return {
      run: lab.run,
      async stop() {
        await lab.stop();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}
