begin;
select plan(2);

select is(tests.receive(tests.fact_membership('sub_1', 'frozen')), 'failed',
  'an unknown status is an error that an admin sees');
select is((tests.the_membership('sub_1')).id, null, 'and makes no membership');

select * from finish();
rollback;
