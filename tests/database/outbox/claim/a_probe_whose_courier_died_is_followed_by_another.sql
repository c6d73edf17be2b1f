begin;
select plan(2);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a', breaker_after => 1);
select tests.a_delivery('a1'), tests.a_delivery('a2'), tests.a_delivery('a3');
select tests.a_courier('courier');
select tests.claim('courier', 1);
select tests.record('courier', 'a1', 'retry', '{"error": "500"}');
select tests.hold_passes();
select tests.claim('courier');
update outbox.deliveries set lease_until = now() where id = (tests.the_delivery('a3')).id;

select is(tests.claim('courier'), 'a2', 'its lease ended: an open breaker does not wait for it any longer');
select is((tests.the_delivery('a3')).status, 'pending', 'and it is kept');

select * from finish();
rollback;
