begin;
select plan(6);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a', breaker_after => 1);
select tests.a_delivery('a1'), tests.a_delivery('a2'), tests.a_delivery('a3');
select tests.a_courier('courier');
select tests.claim('courier', 1);
select tests.record('courier', 'a1', 'retry', '{"error": "500"}');
select is(tests.claim('courier'), null, 'it is open');
select outbox.resume('tests_a');

select is((tests.the_destination('tests_a')).opened_at, null, 'an admin who fixed it need not wait for a probe');
select is((tests.the_destination('tests_a')).failures, 0, 'the count starts anew');
select is((tests.the_destination('tests_a')).held_reason, null, 'nothing is held');
select cmp_ok((tests.the_destination('tests_a')).recovering_since, '>=', now(), 'its rate grows back');
select is(tests.claim('courier'), 'a2 a3', 'more than one is sent');

select * from finish();
rollback;
