begin;
select plan(7);

select is(tests.receive(tests.fact_membership('sub_1', 'active', at => 10)), 'applied', 'a new membership is applied');
select is((tests.the_membership('sub_1')).status, 'active', 'it is active');
select tests.receive(tests.fact_membership('sub_1', 'trialing', at => 5));
select is((tests.the_membership('sub_1')).status, 'active', 'an older event is not applied');
select tests.receive(tests.fact_membership('sub_1', 'past_due', at => 20)
  || '{"cancel_at_period_end": true, "current_period_end": "2026-03-01T00:00:00Z"}');

select is((tests.the_membership('sub_1')).status, 'past_due', 'a newer one is');
select is((tests.the_membership('sub_1')).cancel_at_period_end, true, 'with all its values');
select is((tests.the_membership('sub_1')).current_period_end, '2026-03-01 00:00:00+00'::timestamptz, 'dates too');
select tests.receive(tests.fact_membership('sub_1', 'active', at => 30));
select is((tests.the_membership('sub_1')).status, 'active', 'a membership may become active again');

select * from finish();
rollback;
