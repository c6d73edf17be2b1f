begin;
select plan(2);

select tests.receive(tests.fact_pending('pi_1'));
select tests.receive(tests.fact_failed('pi_2'));

select is((tests.the_payment('pi_1')).needs_review, false,
  'a pending payment for an unknown purpose needs no review yet');
select is((tests.the_payment('pi_2')).needs_review, false, 'a failed one never does');

select * from finish();
rollback;
