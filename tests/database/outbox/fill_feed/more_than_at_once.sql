begin;
select plan(4);
select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_delivery(n) from unnest('{one,two,three}'::text[]) n;
select is((outbox.fill_feed('tests_a', 2)).position, 2::bigint, 'at most this many');
select is((select r.seen_until from outbox.readers r where r.destination = 'tests_a'), '0'::xid8,
  'the rest is searched from the same place');
select is((outbox.fill_feed('tests_a', 2)).position, 3::bigint, 'then the rest');
select results_eq(
  'select f.position, m.type from outbox.feed f join outbox.deliveries d on d.id = f.delivery_id join outbox.messages '
  'm on m.id = d.message_id order by 1',
  $$ values (1::bigint, 'one'), (2::bigint, 'two'), (3::bigint, 'three') $$, 'each once'
);

select * from finish();
rollback;
