/** The peer: Supabase's own Stripe webhook library, which mirrors Stripe's objects into tables, one upsert an event. */
import { createRequire } from "node:module";
import type { StripeSync } from "@supabase/stripe-sync-engine";
import postgres from "postgres";
import { sign } from "../../simulator/providers/stripe.ts";
import { type Contender, expectNumbers } from "../lib/contender.ts";
import { chargeSucceeded } from "../lib/events.ts";

// Its ESM build looks for its migrations with __dirname, which there is not in a module.
const { StripeSync: Sync, runMigrations } = createRequire(import.meta.url)("@supabase/stripe-sync-engine") as {
  StripeSync: new (config: ConstructorParameters<typeof StripeSync>[0]) => StripeSync;
  runMigrations(config: { databaseUrl: string; schema: string }): Promise<void>;
};

const SECRET = "whsec_peer";

export interface Peer {
  /** With so many connections in its pool; undefined: its default of 10. */
  contender(name: string, max: number | undefined): Contender;
  stop(): Promise<void>;
}

/** Makes its tables in the database behind `url`, which should be its own. */
export async function openPeer(url: string): Promise<Peer> {
  // Tells of errors only to a logger: the first event would fail.
  await runMigrations({ databaseUrl: url, schema: "stripe" });
  const sql = postgres(url, { max: 1, onnotice() {} });
  let sent = 0;

  return {
    contender(name, max) {
      const sync = new Sync({
        poolConfig: { connectionString: url, ...(max && { max }) },
        schema: "stripe",
        stripeSecretKey: "sk_test_never_used",
        stripeWebhookSecret: SECRET,
        backfillRelatedEntities: false,
        revalidateObjectsViaStripeApi: [],
        autoExpandLists: false,
      });
      return {
        name,
        does: "charge.succeeded: one row of 38 columns in stripe.charges; the event itself is not kept, nor deduplicated",
        async prepare(events) {
          sent += events;
          return {
            calls: Array.from({ length: events }, () => {
              const body = chargeSucceeded();
              const signature = sign(body, SECRET);
              return () => sync.processWebhook(body, signature);
            }),
          };
        },
        async check() {
          const [row] = await sql`select count(*)::integer as charges from stripe.charges where paid and amount > 0
              and outcome is not null`;
          return expectNumbers(name, { charges: row!.charges }, { charges: sent });
        },
        stop: () => sync.postgresClient.close(),
      };
    },
    stop: () => sql.end(),
  };
}
