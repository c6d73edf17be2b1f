/** What the database holds of a run. Times that scope it are the database's own. */
import type postgres from "postgres";
import type { Snapshot } from "./history.ts";
import type { Product } from "./plan.ts";

export interface Scope {
  /** When the run began. */
  since: string;
  checkouts: string[];
  /** Of the plan's products, in its order. */
  skus: string[];
  products: Product[];
  paymentRefs: string[];
}

/** A list as text[]: the lab's client knows no type of arrays. */
const texts = (sql: postgres.Sql, list: string[]) =>
  sql`array(select jsonb_array_elements_text(${JSON.stringify(list)}::text::jsonb))`;

export async function snapshotOf(sql: postgres.Sql, scope: Scope): Promise<Snapshot> {
  const { since, checkouts, skus, products, paymentRefs } = scope;
  const events = await sql<Snapshot["events"]>`
    select id, provider, encode(sha256(convert_to(body, 'UTF8')), 'hex') as sha256, status::text, trust::text, error
    from inbox.events where received_at >= ${since}`;
  const deliveries = await sql<Snapshot["deliveries"]>`
    select d.id::int, case when m.payload is null then e.provider_event_id else 'msg_' || m.id end as "messageId",
      d.destination, d.record_key as record, d.status::text, d.last_error as error,
      (
        select count(*)::int from outbox.attempts a
        where a.delivery_id = d.id and a.status_code is null and a.error is not null
      ) as unanswered
    from outbox.deliveries d
    join outbox.messages m on m.id = d.message_id
    left join inbox.events e on e.id = m.event_id
    where d.created_at >= ${since}`;
  const earlier = await sql<{ key: string }[]>`
    select distinct d.destination || ' ' || case when m.payload is null then e.provider_event_id else 'msg_' || m.id end
      as key
    from outbox.deliveries d
    join outbox.messages m on m.id = d.message_id
    left join inbox.events e on e.id = m.event_id
    where d.created_at < ${since}
      and exists (select from outbox.attempts a where a.delivery_id = d.id and a.started_at >= ${since})`;
  const payments = await sql<Snapshot["payments"]>`
    select provider, provider_ref as ref, checkout_session_id as checkout, currency,
      case when captured_at is null then 0 else amount_minor end::int as "capturedMinor",
      refunded_minor::int as "refundedMinor"
    from public.payments where created_at >= ${since}`;
  const orders = await sql<Snapshot["orders"]>`
    select id, checkout_session_id as checkout, status::text, total_minor::int as "totalMinor"
    from public.orders where created_at >= ${since} or checkout_session_id = any (${texts(sql, checkouts)}::uuid[])`;
  const shelf = await sql<{ sku: string; free: number | null; held: number; taken: number }[]>`
    select p.sku, p.stock as free,
      coalesce(sum(r.quantity) filter (where r.status = 'held'), 0)::int as held,
      coalesce(sum(r.quantity) filter (where r.status = 'taken'), 0)::int as taken
    from public.products p left join public.stock_reservations r on r.product_id = p.id
    where p.sku = any (${texts(sql, skus)}) group by p.id`;
  const cohorts = await sql<Snapshot["cohorts"]>`
    select p.sku, c.capacity,
      (select count(*)::int from public.enrollments n where n.cohort_id = c.id and n.status <> 'cancelled') as seats
    from public.products p join public.cohorts c on c.id = p.cohort_id where p.sku = any (${texts(sql, skus)})`;
  const credits = await sql<Snapshot["credits"]>`
    select p.provider_ref as "paymentRef", sum(l.credits)::int as credits
    from public.credit_ledger l join public.payments p on p.id = l.payment_id
    where p.provider_ref = any (${texts(sql, paymentRefs)}) group by 1`;
  const inconsistencies = await sql<Snapshot["inconsistencies"]>`
    select what, which, why from ops.audit_consistency()`;
  const attention = await sql<Snapshot["attention"]>`select what, which, why from ops.attention`;
  const given = new Map(skus.map((sku, i) => [sku, products[i]?.kind === "goods" ? products[i].stock : null]));
  return {
    ...{ events: [...events], deliveries: [...deliveries], payments: [...payments], orders: [...orders] },
    earlier: earlier.map(({ key }) => key),
    products: shelf.map((one) => ({ ...one, given: given.get(one.sku) ?? null })),
    ...{ cohorts: [...cohorts], credits: [...credits] },
    ...{ inconsistencies: [...inconsistencies], attention: [...attention] },
  };
}

/** What is not at rest yet; empty: everything is. Unconfirmed events that nobody will ever confirm do not count. */
export async function unsettled(sql: postgres.Sql, since: string, forged: string[]): Promise<string[]> {
  const rows = await sql`
    select 'delivery ' || d.id || ' to ' || d.destination || ' is ' || d.status || ' after ' || d.attempts
      || ' attempts: ' || coalesce(d.last_error, 'not tried yet') as what
    from outbox.deliveries d
    where d.created_at >= ${since} and d.status in ('pending', 'sending')
    union all
    select 'event ' || e.id || ' of ' || e.provider || ' is ' || e.status || ', ' || e.trust || ': '
      || coalesce(e.error, 'no reason')
    from inbox.events e
    where e.received_at >= ${since} and (e.status in ('failed', 'parked') or e.trust = 'unconfirmed')
      and encode(sha256(convert_to(e.body, 'UTF8')), 'hex') <> all (${texts(sql, forged)})`;
  return rows.map(({ what }) => what);
}

/**
 * Lets minutes pass in a moment, after everything was healed: what waits for a time is due, and what a courier that is
 * gone held is anybody's. Resolves to how many leases ran out so. `graceMs`: a claim that is younger is left alone.
 */
export async function timePasses(sql: postgres.Sql, graceMs: number): Promise<number> {
  await sql`update outbox.destinations set held_until = clock_timestamp() where held_until > clock_timestamp()`;
  await sql`
    update outbox.deliveries set next_attempt_at = clock_timestamp(), attempts_before = attempts
    where status = 'pending' and next_attempt_at > clock_timestamp() and attempts > attempts_before`;
  const lost = await sql`
    update outbox.deliveries d set lease_until = clock_timestamp() - interval '2 days'
    from outbox.destinations t
    where t.name = d.destination and d.status = 'sending' and d.lease_until > clock_timestamp()
      and d.lease_until - make_interval(secs => t.timeout_ms / 1000.0 + 30)
        <= clock_timestamp() - make_interval(secs => (t.timeout_ms + ${graceMs}) / 1000.0)`;
  await sql`
    update inbox.events set next_attempt_at = clock_timestamp()
    where next_attempt_at > clock_timestamp() and (status in ('failed', 'parked') or trust = 'unconfirmed')`;
  await sql`select inbox.retry_due()`;
  await sql`select outbox.ring_if_due()`;
  return lost.count;
}

/** Which secrets stand in clear in a table, and in which. Names come in, and go out: no secret does. */
export async function leakedSecrets(
  sql: postgres.Sql,
  secrets: Record<string, string>,
): Promise<{ secret: string; where: string }[]> {
  const tables = await sql`
    select format('%I.%I', n.nspname, c.relname) as name
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind = 'r' and n.nspname not in ('pg_catalog', 'information_schema', 'auth', 'vault', 'realtime')
      and has_table_privilege(c.oid, 'select')`;
  const search = tables.map(
    ({ name }) =>
      `select s.key as secret, '${name}' as "where" from jsonb_each_text($1::text::jsonb) s
       where exists (select from ${name} t where strpos(t::text, s.value) > 0)`,
  );
  const found = await sql.unsafe(search.join(" union all "), [JSON.stringify(secrets)]);
  return found.map(({ secret, where }) => ({ secret, where }));
}
