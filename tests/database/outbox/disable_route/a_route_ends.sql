begin;
select plan(3);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
insert into outbox.routes (destination, message_type, table_name, operations)
values ('tests_a', 'thing.made', 'public.no_such_table', '{INSERT}');
select lives_ok(tests.the_remedy('route makes no message'), 'as ops.attention offers it');
select is_empty($$ select 1 from ops.attention a where a.what = 'route makes no message' $$, 'it is off');
select is(tests.refusal('select outbox.disable_route(-1, ''x'')'), 'P0002', 'one that is not here');

select * from finish();
rollback;
