begin;
select plan(3);

select tests.a_provider(now() - interval '1 hour');
select tests.a_courier('courier');
select tests.remember('run', inbox.reconcile('tests')::text);

select results_eq(
  $$ select r.provider, r.since, r.until, r.tries, r.completed_at, r.remark from inbox.reconciliations r
  where r.id = tests.id('run') $$,
  $$ select 'tests', now() - interval '3 days 1 hour', now() - interval '2 minutes', 0, null::timestamptz,
  null::text $$,
  'from three days before the reconciled time, to two minutes ago'
);
select results_eq(
  $$ select m.type, m.payload::jsonb ->> 'type', m.payload::jsonb -> 'data' from outbox.messages m
  where m.record_key = 'reconciliations/tests' $$,
  $$ select 'reconciliation.requested', 'reconciliation.requested', jsonb_build_object(
       'reconciliation_id', tests.id('run'), 'provider', 'tests', 'since',
       ops.iso_utc(now() - interval '3 days 1 hour'), 'until', ops.iso_utc(now() - interval '2 minutes')
     ) $$,
  'the request holds all that is needed'
);
select results_eq(
  $$ select d.destination, d.status::text from outbox.deliveries d where d.record_key = 'reconciliations/tests' $$,
  $$ values ('reconciler', 'pending') $$, 'and goes to the reconciler'
);

select * from finish();
rollback;
