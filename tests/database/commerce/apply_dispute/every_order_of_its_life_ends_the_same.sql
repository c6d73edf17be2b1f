begin;
select plan(1);

select tests.ends_the_same_in_every_order(
  'two of the events have the same time',
  tests.an_event('evt_1', tests.fact_captured('pi_1')),
  tests.an_event('evt_2', tests.fact_dispute('dp_1', 'pi_1', 'needs_response', at => 1)),
  tests.an_event('evt_3', tests.fact_dispute('dp_1', 'pi_1', 'under_review', at => 2)),
  tests.an_event('evt_4', tests.fact_dispute('dp_1', 'pi_1', 'lost', at => 2))
);

select * from finish();
rollback;
