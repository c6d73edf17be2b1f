begin;
select plan(14);

select tests.an_admin('admin@tests.example'), tests.a_quiet_outbox(), tests.a_destination('tests_a');
select tests.receive_events(variadic (select array_agg(tests.an_event('evt_' || i)) from generate_series(1, 7) i));
select tests.a_delivery('one'), tests.a_delivery('two');
select inbox.reject('tests', 'bad_signature', 1, '{}') from generate_series(1, 3);
select ops.decide('tests.command', 'thing', 'why');

create function tests.walk(what text, filters jsonb, size integer) returns text language plpgsql as $$
declare
  v_page jsonb;
  v_cursor text;
  v_found text := '';
begin
  loop
    v_page := console.list(walk.what, walk.filters, v_cursor, walk.size);
    v_found := v_found || coalesce((select string_agg(coalesce(r ->> 'provider_event_id', r ->> 'record_key', r ->>
      'code',
      r ->> 'about'), ' ') || ' ' from jsonb_array_elements(v_page -> 'rows') r), '');
    v_cursor := v_page ->> 'next';
    exit when v_cursor is null;
  end loop;
  return btrim(v_found);
end
$$;
select tests.authenticate_as('admin@tests.example');

select is(tests.walk('events', '{"provider": "tests"}', 3), tests.walk('events', '{"provider": "tests"}', 100),
  'page by page as all at once');
select is((select count(distinct w) from unnest(string_to_array(tests.walk('events', '{"provider": "tests"}', 3), ' '))
  w),
  7::bigint, 'each event once');
select is(tests.walk('events', '{"provider": "tests", "text": "EVT_5"}', 3), 'evt_5', 'a text, in any case');
select is(tests.walk('deliveries', '{"destination": "tests_a"}', 1), 'things/two things/one',
  'deliveries, newest first');
select is(tests.walk('messages', '{"destination": "tests_a"}', 1), 'things/two things/one', 'messages');
select is(tests.walk('rejections', '{"provider": "tests", "code": "bad_signature"}', 1), 'bad_signature', 'rejections');
select is(tests.walk('decisions', '{"type": "tests.command"}', 1), 'thing', 'decisions');
select is(console.list('events', '{"provider": "tests"}', size => 2) ->> 'stopped', 'false', 'a whole page is no stop');
select is(tests.refusal($$ select console.list('secrets') $$), '22023', 'an unknown list is refused');
select is(tests.refusal($$ select console.list('events', '{"body": "x"}') $$), '22023', 'an unknown filter');
select is(tests.refusal($$ select console.list('events', '{"status": "gone"}') $$), '22023', 'an unknown status');
select is(tests.refusal($$ select console.list('events', '{"since": "soon"}') $$), '22023', 'a time that is none');
select is(tests.refusal($$ select console.list('events', cursor => '["x"]') $$), '22023', 'a cursor of another list');
select is(tests.walk('events', jsonb_build_object('type', 'x''; drop table inbox.events; --'), 3), '',
  'what is typed is a literal');

select * from finish();
rollback;
