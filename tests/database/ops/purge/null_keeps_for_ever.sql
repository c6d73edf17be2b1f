begin;
select plan(2);

insert into outbox.couriers (pump, started_at) values ('tests old', now() - interval '10 years');
update ops.retention set keep = null where what = 'couriers';
select is(ops.purge('couriers', 100), 0, 'nothing goes');
select throws_matching($$ select ops.purge('nothing', 100) $$, 'nothing is kept under the name nothing',
  'a misspelt name is an error');

select * from finish();
rollback;
