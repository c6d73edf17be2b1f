begin;
select plan(1);

set client_min_messages = error;
insert into outbox.couriers (id, pump, started_at) values (ops.uuid7_at(now() - interval '25 hours'), 'tests old',
  now() - interval '25 hours');
insert into ops.retention (what, keep, description) values ('a mistake', '1 hour', 'There is no way for it to go.');
select ops.purge_all();
select is_empty($$ select 1 from outbox.couriers c where c.pump = 'tests old' $$, 'the other parts still run');

select * from finish();
rollback;
