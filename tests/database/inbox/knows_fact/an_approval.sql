begin;
select plan(4);

select is(tests.knows(tests.fact_approved('order_1')), false, 'one that never came');
select tests.receive(tests.fact_approved('order_1'));
select is(tests.knows(tests.fact_approved('order_1')), true, 'one that came');
select is(tests.knows(tests.fact_approved('order_1', at => 60)), true, 'the same one by another clock');
select is(inbox.knows_fact('tests_other', tests.fact_approved('order_1')), false, 'another provider''s is another');

select * from finish();
rollback;
