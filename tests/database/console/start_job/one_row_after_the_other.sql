begin;
select plan(17);

select tests.an_admin('admin@tests.example'), tests.an_admin('other@tests.example');
select tests.a_quiet_outbox(), tests.a_destination('tests_a'), tests.a_destination('tests_b');
select tests.a_delivery('d' || i) from generate_series(1, 120) i;
update outbox.deliveries d set status = 'dead', settled_at = now() where d.destination = 'tests_a';
-- One that no command can change: it is refused, and stops nobody else.
create function tests.refuse() returns trigger language plpgsql as $$
begin
  raise exception 'this row is stuck';
end
$$;
create trigger refuse before update on outbox.deliveries for each row
  when (old.record_key = 'things/d60') execute function tests.refuse();
create temporary table steps (place integer generated always as identity, it jsonb);
grant all on steps to public;
create function tests.last(field text) returns text language sql as $$
  select s.it ->> field from steps s order by s.place desc limit 1
$$;

select tests.authenticate_as('admin@tests.example');
select is(tests.refusal($$ select console.start_job('outbox.pause', 'deliveries', '{}', 'x') $$), '22023',
  'a command that is of no list');
select is(tests.refusal($$ select console.start_job('outbox.retry', 'events', '{}', 'x') $$), '22023', 'another list');
select is(tests.refusal($$ select console.start_job('outbox.retry', 'deliveries', '{}', ' ') $$), '22023', 'no reason');
select is(tests.refusal($$ select console.start_job('outbox.retry', 'deliveries', '{"x": 1}', 'x') $$), '22023',
  'an unknown filter');
insert into steps (it) select console.start_job('outbox.cancel', 'deliveries',
  '{"destination": "tests_a", "status": "dead"}', 'no longer needed');
select is(tests.last('total'), '120', 'it says how many rows there are');
insert into steps (it) select console.step_job((tests.last('id'))::uuid);
select is(tests.last('done')::integer + tests.last('failed')::integer, 50, 'a step does some of them');
select is(tests.last('status'), 'running', 'and goes on');
insert into steps (it) select console.step_job((tests.last('id'))::uuid) from generate_series(1, 2);
select is(tests.last('status'), 'done', 'until all were tried');
select is(tests.last('done'), '119', 'those done are counted');
select is(tests.last('failed'), '1', 'and those that failed');
select is((select s.it #>> '{errors,0,error}' from steps s order by s.place desc limit 1), 'this row is stuck',
  'with why');
select tests.as_owner();
select is((select array_agg(distinct x.decided_by) from ops.decisions x where x.command = 'outbox.cancel'
  and x.reason = 'no longer needed'), '{admin@tests.example}', 'each is decided by the admin');
select is((select x.reason from console.actions x where x.job_id is not null), 'no longer needed',
  'who began it is kept');

select tests.authenticate_as('admin@tests.example');
insert into steps (it) select console.start_job('outbox.retry', 'deliveries', '{"destination": "tests_a"}', 'again');
insert into steps (it) select console.cancel_job((tests.last('id'))::uuid);
insert into steps (it) select console.step_job((tests.last('id'))::uuid);
select is(tests.last('status') || tests.last('done'), 'cancelled0', 'a cancelled one does nothing more');
insert into steps (it) select console.start_job('outbox.retry', 'deliveries', '{"destination": "tests_a"}', 'again');
select tests.as_owner();
delete from public.admins a where a.user_id = tests.user_id('admin@tests.example');
select is(console.step_jobs(), 1, 'cron goes on with what runs');
select tests.authenticate_as('other@tests.example');
select is(console.job((tests.last('id'))::uuid) ->> 'status', 'cancelled', 'but not for one who is no admin any more');
select is(jsonb_array_length(console.jobs()), 3, 'all admins see them');

select * from finish();
rollback;
