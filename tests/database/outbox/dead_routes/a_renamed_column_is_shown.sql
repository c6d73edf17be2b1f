begin;
select plan(6);

select is((select count(*) from outbox.dead_routes()), 0::bigint, 'every route of the schema writes messages');
create table public.tests_things (id uuid primary key default gen_random_uuid(), colour text);
insert into outbox.routes (destination, message_type, table_name, operations, when_column) values
  ('make', 'thing.painted', 'public.tests_things', '{UPDATE}', 'colour');
select is(
  (select a.why from ops.attention a where a.what = 'route makes no message'),
  'public.tests_things has no enabled trigger that runs outbox.capture_change(). Until it is mended, make is '
    'not told.', 'a table without the trigger'
);
create trigger capture_change after insert or update or delete on public.tests_things for each row execute function
  outbox.capture_change();
select is((select count(*) from outbox.dead_routes()), 0::bigint, 'with the trigger the route works');
alter table public.tests_things rename column colour to paint;
select is(
  (select a.why from ops.attention a where a.what = 'route makes no message'),
  'public.tests_things has no column colour. It was renamed or dropped. Until it is mended, make is not '
    'told.', 'a renamed column'
);
select is(
  (select a.which from ops.attention a where a.what = 'route makes no message'), 'thing.painted to make',
  'with the name of the route'
);
alter table public.tests_things rename to tests_objects;
select is(
  (select a.why from ops.attention a where a.what = 'route makes no message'),
  'There is no table public.tests_things. It was renamed or dropped. Until it is mended, make is not '
    'told.', 'a renamed table'
);

select * from finish();
rollback;
