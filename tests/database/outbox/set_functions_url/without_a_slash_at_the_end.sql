begin;
select plan(2);

select outbox.set_functions_url('https://example.supabase.co/functions/v1//');
select is((select s.functions_url from outbox.settings s), 'https://example.supabase.co/functions/v1',
  'so that /dispatch can be added');
select outbox.set_functions_url(null);
select is((select s.functions_url from outbox.settings s), null, 'null: no bell');

select * from finish();
rollback;
