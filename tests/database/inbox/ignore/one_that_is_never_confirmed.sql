begin;
select plan(8);

create function pg_temp.lines() returns text language sql as
  $$ select string_agg(a.what, ', ') from ops.attention a where a.id = (tests.the_event('evt_1')).id::text $$;

select tests.receive_events(tests.unconfirmed('evt_1', tests.fact_captured('pi_1')));
select tests.time_passes('evt_1', '2 hours');
select is(pg_temp.lines(), 'event never confirmed', 'an admin sees it');
select inbox.ignore((tests.the_event('evt_1')).id, 'Fapshi does not have it');
select results_eq($$ select e.status::text, e.error, e.next_attempt_at from tests.the_event('evt_1') e $$,
  $$ values ('ignored', 'Closed by an admin: Fapshi does not have it', null::timestamptz) $$,
  'and closes it: its provider is not asked any more');
select is(pg_temp.lines(), null, 'its line is gone');

select inbox.retry((tests.the_event('evt_1')).id);
select is(pg_temp.lines(), 'event never confirmed', 'asked about again, it is shown again');
select inbox.ignore((tests.the_event('evt_1')).id, 'Fapshi does not have it');
select is(tests.receive_events(tests.confirmed('evt_1', tests.fact_captured('pi_1'))), 'applied',
  'what is confirmed all the same is applied');

select tests.receive_events(tests.unconfirmed('evt_2') || '{"facts": null, "error": "status: expected one of …"}');
update inbox.events set next_attempt_at = null where provider = 'tests' and provider_event_id = 'evt_2';
select matches((select a.why from ops.attention a where a.id = (tests.the_event('evt_2')).id::text),
  'It is not tried again', 'one that cannot be read, and is asked about no more');
select inbox.ignore((tests.the_event('evt_2')).id, 'Fapshi does not have it');
select is((tests.the_event('evt_2')).status, 'ignored', 'is closed');
select is_empty($$ select 1 from ops.attention a where a.id = (tests.the_event('evt_2')).id::text $$,
  'and its line does not come back as another');

select * from finish();
rollback;
