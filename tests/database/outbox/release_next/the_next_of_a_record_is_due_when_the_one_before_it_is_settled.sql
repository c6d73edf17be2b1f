begin;
select plan(4);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_delivery('first', 'things/1'), tests.a_delivery('second', 'things/1'),
  tests.a_delivery('third', 'things/1'), tests.a_delivery('fourth', 'things/1');
select tests.a_courier('courier');
select tests.claim('courier');
select tests.record('courier', 'first', 'retry', '{"error": "500", "retry_after_ms": 3600000}');
select tests.comes_due('second');
select tests.claim('courier');
select cmp_ok((tests.the_delivery('second')).next_attempt_at, '>', now() + interval '59 minutes',
  'it waits as long as the one before it');
select tests.comes_due('first');
select tests.claim('courier');
select tests.record('courier', 'first', 'delivered');
select is(tests.claim('courier'), 'second', 'that one is delivered: it is due at once');
select tests.record('courier', 'second', 'refused', '{"error": "400"}');
select is(tests.claim('courier'), 'third', 'that one is dead: the next is due at once');
select tests.record('courier', 'third', 'retry', '{"error": "500"}');
select outbox.cancel((tests.the_delivery('third')).id, 'test');

select is(tests.claim('courier'), 'fourth', 'that one is cancelled: the next is due at once');

select * from finish();
rollback;
