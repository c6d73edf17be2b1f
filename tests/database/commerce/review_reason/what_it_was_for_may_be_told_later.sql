begin;
select plan(3);

select tests.receive(tests.fact_captured('pi_1'), tests.fact_captured('pi_2'));
select ok((tests.the_payment('pi_1')).needs_review, 'money for nothing known');
select tests.receive(tests.fact_captured('pi_1') || '{"membership_ref": "mem_1"}',
  tests.fact_captured('pi_2') || tests.buying_credits(50));

select is((tests.the_payment('pi_1')).needs_review, false, 'it was a membership''s bill');
select is((tests.the_payment('pi_2')).needs_review, false, 'the other was for credits');

select * from finish();
rollback;
