begin;
select plan(5);

select tests.receive(tests.fact_captured('pi_1'));
select is(
  tests.receive_events(tests.an_event('evt_refund', tests.fact_refund('re_1', 'pi_1', 1001))), 'failed',
  'more than was captured cannot be refunded'
);

select is((tests.the_payment('pi_1')).refunded_minor, 0::bigint, 'the payment stays as it was');
select is((tests.the_refund('re_1')).id, null, 'the refund is not recorded in part');
select matches((tests.the_event('evt_refund')).error, 'no_more_is_refunded_than_was_captured',
  'the event''s error names the constraint');
select isnt_empty(
  $$ select 1 from ops.attention a where a.id = (tests.the_event('evt_refund')).id::text $$, 'it is shown to an admin'
);

select * from finish();
rollback;
