begin;
select plan(2);

select tests.receive(tests.fact_pending('pi_1'));

select throws_matching($$ select commerce.close_review((tests.the_payment('pi_1')).id, 'a test') $$,
  'does not need review',
  'a payment that needs none');
select throws_matching($$ select commerce.close_review(gen_random_uuid(), 'a test') $$, 'does not need review',
  'one that does not exist');

select * from finish();
rollback;
