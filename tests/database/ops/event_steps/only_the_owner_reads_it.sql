begin;
select plan(2);

select is_empty($$ select r.name from unnest('{anon,authenticated,service_role}'::name[]) r (name)
  where has_table_privilege(r.name, 'ops.event_steps', 'select') $$, 'no role of the API reads it');
update outbox.settings set console_url = null where only_row;
select is_empty($$ select s.console_url from ops.event_steps s where s.console_url is not null $$,
  'without an address of the console there is no link');

select * from finish();
rollback;
