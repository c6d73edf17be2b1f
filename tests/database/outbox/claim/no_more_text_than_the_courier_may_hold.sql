begin;
select plan(4);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_delivery('a' || n) from generate_series(1, 4) n;
update outbox.messages m set payload = repeat('x', 3000000)
where m.id in (select d.message_id from outbox.deliveries d where d.destination = 'tests_a');
select tests.a_courier('courier');

select is((select count(*) from outbox.claim(tests.id('courier'), 10)), 2::bigint,
  'two of 3 MB fit into the 8 MB of a courier that holds nothing');
select is((select count(*) from outbox.claim(tests.id('courier'), 10, 2000000)), 0::bigint,
  'none fits into what is left');
select is((select count(*) from outbox.claim(tests.id('courier'), 10, 3500000)), 1::bigint,
  'one fits when there is more room');
update outbox.messages m set payload = repeat('x', 9000000)
where m.id in (select d.message_id from outbox.deliveries d where d.destination = 'tests_a' and d.status = 'pending');
select is((select count(*) from outbox.claim(tests.id('courier'), 10)), 1::bigint,
  'one that is larger than the limit is sent alone');

select * from finish();
rollback;
