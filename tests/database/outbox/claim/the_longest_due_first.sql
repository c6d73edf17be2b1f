begin;
select plan(2);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_delivery('a1'), tests.a_delivery('a2'), tests.a_delivery('a3');
update outbox.deliveries set next_attempt_at = now() - interval '1 hour' where id = (tests.the_delivery('a3')).id;
select tests.a_courier('courier');

select is(tests.claim('courier', 1), 'a3', 'one that is due for an hour comes before one that is due now');
select is(tests.claim('courier', 1), 'a1', 'then the older one');

select * from finish();
rollback;
