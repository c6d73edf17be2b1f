begin;
select plan(7);

select tests.an_admin('admin@tests.example'), tests.a_quiet_outbox(), tests.a_destination('tests_a');
insert into inbox.events (provider, type, status, trust, provider_event_id, body, facts, error)
values ('tests', 'x', 'failed', 'signed', 'one', E'{"n": 9007199254740993,\r\n "s": "<b>\\u0041</b>"} ',
  '[{"amount": 9007199254740993}]', 'broken');
select tests.a_delivery('one');
select tests.remember('event', (tests.the_event('one')).id::text);
select set_config('tests.delivery', (tests.the_delivery('one')).id::text, true),
  set_config('tests.message', (tests.the_delivery('one')).message_id::text, true),
  set_config('tests.payload', (select m.payload from outbox.messages m
    where m.id = (tests.the_delivery('one')).message_id), true);
select tests.authenticate_as('admin@tests.example');

select is(console.event(tests.id('event')) ->> 'body_text', E'{"n": 9007199254740993,\r\n "s": "<b>\\u0041</b>"} ',
  'every byte');
select is(console.event(tests.id('event')) #> '{facts,0,amount}', '"9007199254740993"', 'large numbers as text');
select is(console.event(tests.id('event')) #>> '{actions,0,command}', 'inbox.retry', 'and what may be done');
select is(console.message(current_setting('tests.message')::uuid) ->> 'payload_text', current_setting('tests.payload'),
  'a message''s text');
select is(console.delivery(current_setting('tests.delivery')::bigint) ->> 'payload_text',
  current_setting('tests.payload'), 'a delivery''s');
select is(tests.refusal($$ select console.event(gen_random_uuid()) $$), 'PT404', 'an unknown event');
select is(tests.refusal($$ select console.rejection('x') $$), 'PT404', 'an unknown rejection');

select * from finish();
rollback;
