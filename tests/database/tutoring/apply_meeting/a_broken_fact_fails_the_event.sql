begin;
select plan(2);

select is(tests.receive(tests.fact_meeting('rec_1') - 'title'), 'failed',
  'a recording without a title fails, for an admin to see');
select is((tests.the_recap('rec_1')).id, null, 'and makes no recap');

select * from finish();
rollback;
