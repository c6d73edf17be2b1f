begin;
select plan(6);

-- Routes name columns by text: a column that is renamed or dropped leaves them behind.
select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
create table public.tests_things (id uuid primary key default gen_random_uuid(), colour text, size text);
create trigger capture_change after insert or update or delete on public.tests_things for each row execute function
  outbox.capture_change();
insert into outbox.routes (destination, message_type, table_name, operations, when_column, becomes, not_from) values
  ('tests_a', 'thing.painted', 'public.tests_things', '{UPDATE}', 'colour', null, null),
  ('tests_a', 'thing.red', 'public.tests_things', '{INSERT,UPDATE}', 'colour', 'red', '{blue}'),
  ('tests_a', 'thing.grown', 'public.tests_things', '{UPDATE}', 'size', null, null);
alter table public.tests_things rename column colour to paint;

select lives_ok($$ insert into public.tests_things (paint, size) values ('red', 'small') $$, 'an insert succeeds');
select lives_ok($$ update public.tests_things set paint = 'blue' where true $$, 'an update of that column succeeds');
select is((select count(*) from outbox.messages m where m.type like 'thing.%'), 0::bigint,
  'neither writes a message of the routes that name it');
select lives_ok($$ update public.tests_things set size = 'large' where true $$, 'an update of another column succeeds');
select is((select string_agg(m.type, ' ') from outbox.messages m where m.type like 'thing.%'), 'thing.grown',
  'and a route of that one works as before');
select lives_ok($$ delete from public.tests_things where true $$, 'a delete succeeds');

select * from finish();
rollback;
