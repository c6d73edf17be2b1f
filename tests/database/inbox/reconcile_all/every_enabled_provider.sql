begin;
select plan(3);

select tests.a_provider();
insert into inbox.providers (name, reconcile) values ('tests_off', false);
select tests.remember('count', inbox.reconcile_all()::text);

select is((select count(*)::integer from inbox.reconciliations r where r.provider = 'tests'), 1, 'an enabled provider');
select is((select count(*)::integer from inbox.reconciliations r where r.provider = 'tests_off'), 0,
  'not a disabled one');
select is(
  current_setting('tests.count')::bigint, (select count(distinct d.record_key) from outbox.deliveries d
    where d.destination = 'reconciler' and d.created_at = now()), 'it says how many'
);

select * from finish();
rollback;
