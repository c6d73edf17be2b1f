begin;
select plan(5);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_destination('tests_b');
create function tests.a_state(payload text, type text default 'thing.changed', about text default 'things/1',
  latest_only text[] default '{tests_a}') returns void language sql as $$
  select outbox.write_message(a_state.type, about, a_state.payload, null, '{tests_a,tests_b}',
    latest_only => a_state.latest_only)
$$;
create function tests.waiting(destination text) returns text language sql as $$
  select string_agg(m.payload, ' ' order by d.id) from outbox.deliveries d join outbox.messages m on m.id = d.message_id
  where d.destination = waiting.destination and d.status = 'pending'
$$;
select tests.a_state('other type', 'thing.made'), tests.a_state('other record', about => 'things/2');
select tests.a_state('first'), tests.a_state('second'), tests.a_state('third');

select is(tests.waiting('tests_a'), 'other type other record third',
  'of its type about the same record only the newest waits');
select is(tests.waiting('tests_b'), 'other type other record first second third',
  'where the route wants the latest only');
select is(
  (select string_agg(m.payload || ': ' || d.last_error, ', ' order by d.id) from outbox.deliveries d
    join outbox.messages m on m.id = d.message_id where d.status = 'cancelled'),
  'first: Replaced by a newer state of the same record., second: Replaced by a newer state of the same record.',
    'the others have the reason'
);
select tests.a_state('fourth', latest_only => '{}');
select is(tests.waiting('tests_a'), 'other type other record third fourth',
  'a message for a route without latest_only cancels none');
select is((select count(*)::integer from outbox.messages m where m.type = 'thing.changed'
  and m.record_key = 'things/1'), 4, 'all are kept as messages');

select * from finish();
rollback;
