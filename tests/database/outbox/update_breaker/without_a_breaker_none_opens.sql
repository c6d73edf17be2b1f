begin;
select plan(3);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a', breaker_after => null);
select tests.a_delivery('one');
select outbox.update_breaker('tests_a', 0, 1000, '500', null);

select is((tests.the_destination('tests_a')).opened_at, null, 'breaker_after is null');
select is((tests.the_destination('tests_a')).held_until, null, 'nothing is held');
select tests.a_courier('courier');
select is(tests.claim('courier'), 'one', 'sending continues');

select * from finish();
rollback;
