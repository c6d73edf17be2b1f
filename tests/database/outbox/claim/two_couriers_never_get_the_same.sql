begin;
select plan(2);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_delivery('d' || n) from generate_series(1, 5) n;
select tests.a_courier('first');
select tests.a_courier('second');

select is(tests.claim('first', 3), 'd1 d2 d3', 'the first gets three');
select is(tests.claim('second', 3), 'd4 d5', 'the second the others');

select * from finish();
rollback;
