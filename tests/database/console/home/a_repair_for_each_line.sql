begin;
select plan(8);

select tests.a_quiet_outbox(), tests.an_admin('admin@tests.example'), tests.a_destination('tests_a');
select tests.a_product('chair');
select tests.receive_events(tests.an_event('evt_1', '{"type": "nonsense"}'));
select tests.a_delivery('one');
update outbox.deliveries d set status = 'dead', settled_at = now() where d.destination = 'tests_a';
select outbox.pause('tests_a', 'a test');

create temporary table home as select null::jsonb as it;
grant all on home to public;
create function tests.actions(what text) returns text language sql as $$
  select string_agg(c.it ->> 'command', ' ' order by c.ordinality)
  from home h, jsonb_array_elements(h.it -> 'attention') a,
    jsonb_array_elements(a -> 'actions') with ordinality c (it)
  where a ->> 'what' = actions.what
$$;
select tests.authenticate_as('admin@tests.example');
update home h set it = console.home() where true;
select tests.as_owner();

select is((select count(*) from home h, jsonb_array_elements(h.it -> 'attention')), (select count(*) from
  ops.attention),
  'all of ops.attention');
select is(tests.actions('event failed'), 'inbox.retry inbox.ignore', 'an event: the repair first');
select is(tests.actions('delivery dead'), 'outbox.retry outbox.cancel', 'a delivery');
select is(tests.actions('destination paused'), 'outbox.resume outbox.disconnect', 'a destination');
select is((select h.it #> '{counts,dead}' from home h), '1', 'dead deliveries are counted');
select is((select h.it #> '{counts,failing_destinations}' from home h), '1',
  'and destinations to which nothing is sent');

-- What arrived from outside is in the literals of a remedy.
select is(console.actions_of('x', 'y', ops.remedy('Does it.', format('select outbox.pause(%L, %L)', 'make',
    E'x'');\n-- Instead: more\n-- select outbox.disconnect(''railway'', ''x'');\n'), 'does less.',
    'select outbox.resume(''make'')')) #>> '{1,command}', 'outbox.resume', 'a literal makes no action of its own');
select is(jsonb_array_length(console.actions_of('x', 'y', E'-- Stands alone.\n;')), 0,
  'where there is nothing to run, there is no action');

select * from finish();
rollback;
