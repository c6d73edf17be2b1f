begin;
select plan(3);

select is(inbox.fact_keys('tests', tests.fact_set('chair', 1, '{}')), '{tests/product/chair}',
  'a product locks itself');
select is(inbox.fact_keys('tests', tests.fact_count('chair', 1, 1)), '{tests/product/chair}',
  'a count locks its product');
select is(inbox.fact_keys('tests', tests.fact_moved('m_1', 'chair', 1)), '{tests/product/chair}',
  'a movement locks its product too, and not its own id');

select * from finish();
rollback;
