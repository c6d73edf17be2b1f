begin;
select plan(2);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_delivery('a' || n) from generate_series(1, 3) n;
select tests.a_courier('courier');

select is(tests.claim('courier', 0), null, 'none');
select is(tests.claim('courier', 2), 'a1 a2', 'two');

select * from finish();
rollback;
