begin;
select plan(6);

select is(tests.knows(tests.fact_membership('sub_1', 'active')), false, 'a membership that was never received');
select tests.receive(tests.fact_membership('sub_1', 'active', at => 10));
select is(tests.knows(tests.fact_membership('sub_1', 'active', at => 20)), true, 'with its current status');
select is(tests.knows(tests.fact_membership('sub_1', 'trialing', at => 5)), true, 'with an earlier status');
select is(tests.knows(tests.fact_membership('sub_1', 'cancelled', at => 20)), false, 'that it was cancelled is new');
select is(tests.knows(tests.fact_membership('sub_1', 'active', at => 20) || '{"cancel_at_period_end": true}'), false,
  'so is a scheduled cancellation');
select is(tests.knows(tests.fact_membership('sub_1', 'active', at => 20)
  || '{"current_period_end": "2026-02-01T00:00:00Z"}'), false, 'so is a renewal');

select * from finish();
rollback;
