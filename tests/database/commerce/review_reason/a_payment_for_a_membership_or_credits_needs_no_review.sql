begin;
select plan(3);

select tests.receive(tests.fact_captured('pi_bill') || '{"membership_ref": "mem_1"}',
  tests.fact_captured('pi_credits') || tests.buying_credits(50), tests.fact_captured('pi_nothing'));

select is((tests.the_payment('pi_bill')).review_reason, null, 'a membership''s payment');
select is((tests.the_payment('pi_credits')).review_reason, null, 'credits');
select isnt((tests.the_payment('pi_nothing')).review_reason, null, 'but not a payment for an unknown purpose');

select * from finish();
rollback;
