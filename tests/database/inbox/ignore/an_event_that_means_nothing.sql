begin;
select plan(4);

select tests.receive_events(tests.an_event('evt_1', '{"type": "no.such.fact"}'),
  tests.an_event('evt_2', tests.fact_refund('re_1', 'pi_1', 1)), tests.an_event('evt_3'));
select inbox.ignore((tests.the_event('evt_1')).id, 'of another shop'),
  inbox.ignore((tests.the_event('evt_2')).id, 'of another shop');
select results_eq($$ select e.status::text, e.error from inbox.events e where e.provider_event_id in ('evt_1',
  'evt_2') $$,
  $$ values ('ignored', 'Closed by an admin: of another shop'), ('ignored', 'Closed by an admin: of another shop') $$,
  'one that failed, and one that waits');
select is((select count(*)::integer from ops.decisions where command = 'inbox.ignore'), 2, 'who decided is kept');
select is(tests.refusal(format('select inbox.ignore(%L, ''x'')', (tests.the_event('evt_3')).id)), '22023',
  'one that needs nobody is left alone');
select is(tests.refusal('select inbox.ignore(gen_random_uuid(), ''x'')'), 'P0002', 'one that is not here');

select * from finish();
rollback;
