begin;
select plan(3);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a', max_in_flight => 3);
select tests.a_destination('tests_b');
select tests.a_delivery('a' || n) from generate_series(1, 5) n;
select tests.a_delivery('b1', destination => 'tests_b');
select tests.a_courier('first');
select tests.a_courier('second');
select is(tests.claim('first'), 'a1 a2 a3 b1',
  'at most max_in_flight per destination; others are not affected');
select is(tests.claim('second'), null, 'over all couriers');
select tests.record('first', 'a2', 'delivered');

select is(tests.claim('second'), 'a4', 'one settled makes room for one');

select * from finish();
rollback;
