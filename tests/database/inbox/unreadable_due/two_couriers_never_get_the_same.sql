begin;
select plan(4);

select tests.receive_events(tests.an_event('evt_1') || '{"facts": null}');
select tests.time_passes('evt_1', '1 hour');

create function tests.taken() returns integer
language sql as $$
  select count(*)::integer from inbox.unreadable_due(1000000) u where u.provider = 'tests'
$$;

select is(tests.taken(), 1, 'a courier takes it');
select is(tests.taken(), 0, 'and reads it alone');
select inbox.still_unreadable((tests.the_event('evt_1')).id, 'second');
select is((tests.the_event('evt_1')).attempts, 2, 'one try counts once');
select tests.time_passes('evt_1', '1 hour');
select is(tests.taken(), 1, 'then it is due again');

select * from finish();
rollback;
