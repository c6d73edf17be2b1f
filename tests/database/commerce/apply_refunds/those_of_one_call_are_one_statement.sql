begin;
select plan(2);

select tests.receive(tests.fact_captured('pi_' || n)) from generate_series(1, 4) as n;
create temporary table statements (what text, rows bigint);
create function tests.counts_rows() returns trigger language plpgsql as $$
begin
  insert into statements select tg_table_name, count(*) from changed;
  return null;
end
$$;
create trigger counts_refunds after insert on public.refunds referencing new table as changed
  for each statement execute function tests.counts_rows();
create trigger counts_payments after update on public.payments referencing new table as changed
  for each statement execute function tests.counts_rows();
select tests.receive_events(
  tests.an_event('evt_1', tests.fact_refund('re_1', 'pi_1', 1000)),
  tests.an_event('evt_2', tests.fact_refund('re_2', 'pi_2', 100)),
  tests.an_event('evt_3', tests.fact_refunded_total('pi_3', 300)),
  tests.an_event('evt_4', tests.fact_refunded_total('pi_4', 1000))
);

select results_eq(
  $$ select what, rows from statements where rows > 0 order by what, rows $$,
  $$ values ('payments', 2::bigint), ('payments', 4), ('refunds', 2) $$,
  'the refunds, their reported totals, and what they make of the payments'
);
select results_eq(
  $$ select p.provider_ref, p.status::text from public.payments p order by 1 $$,
  $$ values ('pi_1', 'refunded'), ('pi_2', 'partially_refunded'), ('pi_3', 'partially_refunded'),
    ('pi_4', 'refunded') $$,
  'each is what its own refund made of it'
);

select * from finish();
rollback;
