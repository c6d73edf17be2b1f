begin;
select plan(6);

select tests.receive_events(tests.unconfirmed('evt_1', tests.fact_captured('pi_1')),
  tests.unconfirmed('evt_2', tests.fact_captured('pi_2')));
select tests.time_passes('evt_1', '1 hour');
select tests.time_passes('evt_2', '1 hour');

create function tests.taken() returns integer
language sql as $$
  select count(*)::integer from inbox.unconfirmed_due(1000000) u where u.provider = 'tests'
$$;

select is(tests.taken(), 2, 'a courier takes both');
select is(tests.taken(), 0, 'and asks about them alone, however long the provider takes');
select is((tests.the_event('evt_1')).attempts, 1, 'which is no attempt yet');
select inbox.still_unconfirmed((tests.the_event('evt_1')).id, 'Fapshi did not answer.');
select is((tests.the_event('evt_1')).attempts, 2, 'one try counts once');
select is((tests.the_event('evt_1')).next_attempt_at, now() + inbox.retry_delay(2), 'and the next is by the schedule');
select tests.time_passes('evt_2', '10 minutes');
select is(tests.taken(), 1, 'what a courier took that has died is taken again');

select * from finish();
rollback;
