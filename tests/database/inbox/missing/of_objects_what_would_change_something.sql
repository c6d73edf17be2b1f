begin;
select plan(1);

select tests.receive(tests.fact_captured('pi_1'));
select tests.receive_events(tests.an_event('evt_failed', '{"type": "no.such.fact"}'));

select is(
  tests.missing(
    'objects', tests.an_event('obj_1', tests.fact_captured('pi_1')),
    tests.an_event('obj_2', tests.fact_captured('pi_2')),
    tests.an_event('obj_3', tests.fact_captured('pi_1'), tests.fact_refund('re_1', 'pi_1', 1)),
    tests.an_event('obj_nothing'),
    tests.an_event('evt_failed', '{"type": "no.such.fact"}')
  ),
  '1 2',
    'an unknown payment, and an event with a new part; not one that is known, is empty, or is here by its id and failed'
);

select * from finish();
rollback;
