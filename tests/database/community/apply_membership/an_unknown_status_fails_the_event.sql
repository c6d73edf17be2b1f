begin;
select plan(2);

select is(tests.receive(tests.fact_membership('sub_1', 'frozen')), 'failed',
  'a status we do not know is an error, to be seen');
select is((tests.the_membership('sub_1')).id, null, 'and makes no membership');

select * from finish();
rollback;
