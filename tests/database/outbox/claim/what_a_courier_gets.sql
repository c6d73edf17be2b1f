begin;
select plan(7);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
update outbox.destinations set url = 'https://a.example/hook', adapter = 'make', timeout_ms = 20000
  where name = 'tests_a';
select tests.a_delivery('one');
select tests.a_courier('courier');
create temporary table got as select * from outbox.claim(tests.id('courier'), 50);

select results_eq(
  $$ select g.delivery_id, g.attempt, g.message_id, g.type, g.destination, g.adapter, g.url, g.timeout_ms, g.provider,
  g.body from got g $$,
  $$ select (tests.the_delivery('one')).id, 1, (tests.the_delivery('one')).message_id, 'one', 'tests_a', 'make',
  'https://a.example/hook', 20000, null::text, '{"type" : "one"}' $$,
  'all that is needed to send it'
);
select is((tests.the_delivery('one')).status, 'sending', 'it is being sent');
select is((tests.the_delivery('one')).courier, tests.id('courier'), 'by this courier');
select cmp_ok((tests.the_delivery('one')).lease_until, '>', now() + interval '49 seconds',
  'leased for its timeout and 30 s');
select cmp_ok((tests.the_delivery('one')).lease_until, '<', now() + interval '60 seconds', 'and no longer');
select is(tests.claim('courier'), null, 'claiming again gets nothing');
select is((select c.claimed from outbox.couriers c), 1::bigint, 'the courier''s row has the number of claims');

select * from finish();
rollback;
