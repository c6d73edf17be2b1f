begin;
select plan(4);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a', max_per_second => 0.1);
update outbox.destinations set tokens = 1 where name = 'tests_a';
select tests.a_delivery('a1'), tests.a_delivery('a2');
select tests.a_courier('courier');
select is(tests.claim('courier'), 'a1', 'the first at once');
select is(tests.claim('courier'), null, 'the second not yet');
update outbox.destinations set tokens_at = tokens_at - interval '9 seconds' where name = 'tests_a';
select is(tests.claim('courier'), null, 'nor after 9 s');
update outbox.destinations set tokens_at = tokens_at - interval '1 second' where name = 'tests_a';

select is(tests.claim('courier'), 'a2', 'but after 10');

select * from finish();
rollback;
