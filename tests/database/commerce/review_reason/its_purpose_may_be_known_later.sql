begin;
select plan(3);

select tests.receive(tests.fact_captured('pi_1'), tests.fact_captured('pi_2'));
select ok((tests.the_payment('pi_1')).needs_review, 'a payment for an unknown purpose');
select tests.receive(tests.fact_captured('pi_1') || '{"membership_ref": "mem_1"}',
  tests.fact_captured('pi_2') || tests.buying_credits(50));

select is((tests.the_payment('pi_1')).needs_review, false, 'it paid a membership');
select is((tests.the_payment('pi_2')).needs_review, false, 'the other one bought credits');

select * from finish();
rollback;
