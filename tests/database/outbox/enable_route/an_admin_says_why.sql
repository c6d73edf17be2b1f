begin;
select plan(4);

select tests.a_quiet_outbox(), tests.a_destination('tests_a');
insert into outbox.routes (destination, message_type, table_name, operations, enabled)
  values ('tests_a', 'tests.x', 'public.orders', '{INSERT}', false);
select is(tests.refusal($$ select outbox.enable_route(r.id, ' ') from outbox.routes r $$), '22023',
  'not without a reason');
select outbox.enable_route(r.id, 'a test') from outbox.routes r;
select is((select r.enabled from outbox.routes r), true, 'it is on');
select is((select d.reason from ops.decisions d where d.command = 'outbox.enable_route'), 'a test', 'why is kept');
select is(tests.refusal('select outbox.enable_route(-1, ''x'')'), 'P0002', 'one that is not there');

select * from finish();
rollback;
