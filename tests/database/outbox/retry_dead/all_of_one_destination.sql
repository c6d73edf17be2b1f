begin;
select plan(6);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_destination('tests_b');
select tests.a_delivery('old'), tests.a_delivery('new'), tests.a_delivery('alive'),
  tests.a_delivery('other', destination => 'tests_b');
update outbox.deliveries set attempts = 10, status = 'dead', settled_at = now()
  where id <> (tests.the_delivery('alive')).id;
update outbox.deliveries set settled_at = now() - interval '2 days' where id = (tests.the_delivery('old')).id;
select is(outbox.retry_dead('tests_a', now() - interval '1 day'), 1::bigint, 'those that died since then');
select is((tests.the_delivery('new')).status, 'pending', 'are brought back');
select is((tests.the_delivery('old')).status, 'dead', 'older ones are not');
select is(outbox.retry_dead('tests_a'), 1::bigint, 'or all');
select is((tests.the_delivery('other', 'tests_b')).status, 'dead', 'another destination''s stay dead');
select tests.a_courier('courier');
select tests.claim('courier');
select tests.record('courier', 'old', 'retry', '{"error": "500"}');

select is((tests.the_delivery('old')).status, 'pending', 'their schedule starts anew');

select * from finish();
rollback;
