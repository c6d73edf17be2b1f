begin;
select plan(14);

select tests.an_admin('admin@tests.example'), tests.a_quiet_outbox(), tests.a_destination('tests_a');
create temporary table answers (name text, it jsonb);
grant all on answers to public;
select tests.authenticate_as('admin@tests.example');
insert into answers values
  ('pause', console.run('outbox.pause', '{"destination": "tests_a", "reason": "it''s broken"}')),
  ('nobody', console.run('outbox.pause', '{"destination": "nobody", "reason": "a test"}')),
  ('rotate', console.run('outbox.rotate_secret', '{"destination": "tests_a"}'));
select tests.as_owner();

select is((tests.the_destination('tests_a')).paused_reason, 'it''s broken', 'it is done');
select is((select a.it ->> 'sql' from answers a where a.name = 'pause'),
  'select outbox.pause(destination => ''tests_a'', reason => ''it''''s broken'')', 'by the statement that it shows');
select alike((select a.it ->> 'result' from answers a where a.name = 'rotate'), 'whsec_%', 'the result is returned');
select is((select a.it ->> 'message' from answers a where a.name = 'nobody'), 'there is no destination nobody',
  'a refusal says why');
select is(current_setting('response.status', true), '400', 'as an error');
select is((select array_agg(x.command || ' ' || x.who order by x.id) from console.actions x),
  '{outbox.pause admin@tests.example,outbox.pause admin@tests.example,outbox.rotate_secret admin@tests.example}',
  'who did what is kept');
select is((select array_agg(x.reason order by x.id) from console.actions x), '{it''s broken,a test,null}', 'and why');
select is((select array_agg(x.error order by x.id) from console.actions x),
  array[null, 'there is no destination nobody', null], 'and what was refused');
select is_empty($$ select x from console.actions x where x::text like '%whsec%' $$, 'a secret is not');
select is((select count(*) from console.previewed), 0::bigint, 'nothing else is left');
select tests.authenticate_as('admin@tests.example');
select is(tests.refusal($$ select console.run('pg_catalog.pg_sleep', '{"1": 1}') $$), '22023', 'an unknown command');
select is(tests.refusal($$ select console.run('outbox.resume', '{"destination": "tests_a", "x": 1}') $$), '22023',
  'an unknown argument');
select is(tests.refusal($$ select console.run('outbox.rotate_secret', '{"destination": "tests_a", "secret": "x"}') $$),
  '22023', 'a hidden one');
select is(jsonb_array_length(console.actions() -> 'rows'), 3, 'admins read it');

select * from finish();
rollback;
