begin;
select plan(4);

select is(tests.knows(tests.fact_approved('order_1')), false, 'an approval that was never received');
select tests.receive(tests.fact_approved('order_1'));
select is(tests.knows(tests.fact_approved('order_1')), true, 'one that was received');
select is(tests.knows(tests.fact_approved('order_1', at => 60)), true, 'the same one with another time');
select is(inbox.knows_fact('tests_other', tests.fact_approved('order_1')), false,
  'another provider''s is another approval');

select * from finish();
rollback;
