begin;
select plan(4);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a', max_per_second => 2);
select tests.a_delivery('a' || n) from generate_series(1, 9) n;
select tests.a_courier('courier');
select is(tests.claim('courier'), 'a1 a2', 'the rate of a second at once');
select is(tests.claim('courier'), null, 'then no more');
update outbox.destinations set tokens_at = tokens_at - interval '500 ms' where name = 'tests_a';
select is(tests.claim('courier'), 'a3', 'after half a second half as many');
update outbox.destinations set tokens_at = tokens_at - interval '1 hour' where name = 'tests_a';

select is(tests.claim('courier'), 'a4 a5', 'an unused rate is not saved up');

select * from finish();
rollback;
