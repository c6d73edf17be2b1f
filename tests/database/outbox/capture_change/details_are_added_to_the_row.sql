begin;
select plan(1);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
create table tests.things (id uuid primary key, name text);
create function tests.details(id uuid) returns jsonb language sql as $$ select jsonb_build_object('of', id, 'name',
  'as the details have it') $$;
create trigger tell after insert on tests.things for each row execute function outbox.capture_change('tests.details');
insert into outbox.routes (destination, message_type, table_name, operations)
  values ('tests_a', 'thing.made', 'tests.things', '{INSERT}');
insert into tests.things values ('00000000-0000-4000-8000-000000000001', 'as the row has it');

select is(
  (select m -> 'data' from tests.the_messages('things/00000000-0000-4000-8000-000000000001') m),
  '{"id": "00000000-0000-4000-8000-000000000001", "of": "00000000-0000-4000-8000-000000000001", "name": "as the '
  'details have it"}'::jsonb,
  'a trigger''s argument names a function of the row''s id, whose members are added'
);

select * from finish();
rollback;
