begin;
select plan(6);

select is(tests.knows(tests.fact_membership('sub_1', 'active')), false, 'one that never came');
select tests.receive(tests.fact_membership('sub_1', 'active', at => 10));
select is(tests.knows(tests.fact_membership('sub_1', 'active', at => 20)), true, 'as it stands');
select is(tests.knows(tests.fact_membership('sub_1', 'trialing', at => 5)), true, 'as it stood before');
select is(tests.knows(tests.fact_membership('sub_1', 'cancelled', at => 20)), false, 'that it was cancelled is news');
select is(tests.knows(tests.fact_membership('sub_1', 'active', at => 20) || '{"cancel_at_period_end": true}'), false,
  'so is that it will be');
select is(tests.knows(tests.fact_membership('sub_1', 'active', at => 20)
  || '{"current_period_end": "2026-02-01T00:00:00Z"}'), false, 'so is that it was renewed');

select * from finish();
rollback;
