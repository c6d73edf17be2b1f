begin;
select plan(3);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
create table public.tests_pairs (left_side text, right_side integer, note text, primary key (left_side, right_side));
create table public.tests_loose (note text);
insert into outbox.routes (destination, message_type, table_name, operations) values
  ('tests_a', 'pair.created', 'public.tests_pairs', '{INSERT}'), ('tests_a', 'loose.created', 'public.tests_loose',
    '{INSERT}');
create trigger capture_change after insert or update or delete on public.tests_pairs for each row execute function
  outbox.capture_change();
create trigger capture_change after insert or update or delete on public.tests_loose for each row execute function
  outbox.capture_change();

select lives_ok($$ insert into public.tests_pairs values ('a', 1, 'x') $$, 'its row is not refused');
select is((tests.the_delivery('pair.created')).record_key, 'tests_pairs/a/1', 'its primary key is the record key');
select lives_ok($$ insert into public.tests_loose values ('x') $$, 'nor is a row without any key');

select * from finish();
rollback;
