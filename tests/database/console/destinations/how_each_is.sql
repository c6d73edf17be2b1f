begin;
select plan(9);

select tests.an_admin('admin@tests.example'), tests.a_quiet_outbox(), tests.a_destination('tests_a');
update outbox.destinations d set url = 'https://user:word@hook.example/secret/path?key=1' where d.name = 'tests_a';
select tests.a_delivery('one'), tests.a_delivery('two'), tests.a_courier('courier');
select tests.claim('courier', 1);
select tests.record('courier', 'one', 'retry', '{"status_code": 503, "error": "down"}');
insert into outbox.routes (destination, message_type, table_name, operations)
values ('tests_a', 'tests.x', 'public.orders', '{INSERT}');
select tests.authenticate_as('admin@tests.example');
create temporary table destination as
select d as it from jsonb_array_elements(console.destinations()) d where d ->> 'name' = 'tests_a';

select is((select d.it ->> 'url' from destination d), 'https://hook.example/…', 'its host; a path may be a secret');
select is((select d.it ->> 'waiting' from destination d), '2', 'what waits');
select is((select d.it ->> 'state' from destination d), 'failing', 'its state');
select is((select d.it #>> '{last_error,http_status}' from destination d), '503', 'its last error');
select is((select d.it #>> '{last_hour,attempts}' from destination d), '1', 'its last hour');
select is((select d.it #>> '{routes,0,message_type}' from destination d), 'tests.x', 'its routes');
select is((select d.it #>> '{actions,0,command}' from destination d), 'outbox.pause', 'what may be done');
select isnt_empty($$ select 1 from jsonb_array_elements(console.retention()) r where r ->> 'what' = 'console actions'
  $$,
  'how long rows are kept');
select isnt_empty($$ select 1 from jsonb_array_elements(console.job_states()) j where j ->> 'name' like 'signalbox%' $$,
  'and how cron''s jobs are');

select * from finish();
rollback;
