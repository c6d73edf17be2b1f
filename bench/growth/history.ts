/**
 * Years of settled work, written set-based: events that were applied, and messages that were delivered, with their
 * attempts.
 */
import postgres from "postgres";

const BATCH_SIZE = 100_000;

/**
 * Writes so many events and so many deliveries of the last five years, a message and an attempt to each. The rows are
 * as their functions leave them; `body` is that of each event and message. Ends with what autovacuum does after a
 * while.
 */
export async function writeHistory(
  adminUrl: string,
  rows: number,
  body: string,
  progress: (line: string) => void,
): Promise<void> {
  const sql = postgres(adminUrl, { max: 2, onnotice() {} });
  // No trigger rings or checks: what is written refers only to itself.
  const quietly = (work: (transaction: postgres.TransactionSql) => Promise<unknown>) =>
    sql.begin(async (transaction) => {
      await transaction`set local session_replication_role = replica`;
      await transaction`set local synchronous_commit = off`;
      await work(transaction);
    });

  async function events(): Promise<void> {
    for (let first = 0; first < rows; first += BATCH_SIZE) {
      const last = Math.min(first + BATCH_SIZE, rows) - 1;
      await quietly(
        (transaction) => transaction`
          insert into inbox.events (provider, provider_event_id, type, status, trust, occurred_at, received_at,
            applied_at, body, facts)
          select 'stripe', 'evt_' || md5(n::text), 'checkout.session.completed', 'applied', 'signed', at, at, at,
            ${body}, '[]'
          from (
            select n, now() - interval '5 years' * (1 - n / ${rows}::float8) as at
            from generate_series(${first}::integer, ${last}::integer) as n
          ) as past`,
      );
    }
  }

  async function deliveries(): Promise<void> {
    for (let first = 0; first < rows; first += BATCH_SIZE) {
      const last = Math.min(first + BATCH_SIZE, rows) - 1;
      await quietly(
        (transaction) => transaction`
          with past as materialized (
            select ops.uuid7() as message_id, 'orders/' || md5(n::text) as record_key,
              now() - interval '5 years' * (1 - n / ${rows}::float8) as at,
              (array['make', 'railway', 'bench_1'])[1 + n % 3] as destination
            from generate_series(${first}::integer, ${last}::integer) as n
          ), messages as (
            insert into outbox.messages (id, type, record_key, created_at, payload)
            select message_id, 'order.created', record_key, at, ${body} from past
          ), deliveries as (
            insert into outbox.deliveries (message_id, destination, record_key, status, attempts, next_attempt_at,
              last_status_code, created_at, settled_at)
            select message_id, destination, record_key, 'delivered', 1, at, 200, at, at from past
            returning id, created_at
          )
          insert into outbox.attempts (delivery_id, number, started_at, duration_ms, status_code, response_body)
          select id, 1, created_at, 40, 200, 'Accepted' from deliveries`,
      );
      if ((last + 1) % (10 * BATCH_SIZE) === 0) progress(`${last + 1} deliveries written`);
    }
  }

  try {
    await Promise.all([events(), deliveries()]);
    for (const name of ["inbox.events", "outbox.messages", "outbox.deliveries", "outbox.attempts"]) {
      await sql.unsafe(`vacuum (analyze) ${name}`);
    }
    await sql`checkpoint`;
  } finally {
    await sql.end();
  }
}
