begin;
select plan(2);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a', breaker_after => 2);
select outbox.update_breaker('tests_a', delivered => 1, failed => 60, reason => '500', asked_to_wait => null);

select is((tests.the_destination('tests_a')).opened_at, null, 'a destination that accepts some messages is not down');
select is((tests.the_destination('tests_a')).failures, 0, 'and the count starts anew');

select * from finish();
rollback;
