begin;
select plan(6);
select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_destination('tests_b');
select tests.a_delivery(n) from unnest('{one,two,three}'::text[]) n;
select tests.a_delivery('other', destination => 'tests_b');

-- What a reader gets: the types of the messages, and "…" where there is more. Its cursor is stored under the name of
-- the destination.
create function tests.reads(at_most integer default 100, destination text default 'tests_a') returns text
  language plpgsql as $$
declare
  v record;
begin
  select * into v from outbox.changes(destination, nullif(current_setting('tests.cursor_' || destination, true), ''),
    at_most);
  perform set_config('tests.cursor_' || destination, v.cursor, true);
  if v.outcome <> 'ok' then
    return v.outcome;
  end if;
  return concat_ws(' ', (select string_agg(m ->> 'type', ' ') from json_array_elements(v.messages::json) m),
    case when v.more then '…' end);
end
$$;
select is(tests.reads(2), 'one two …', 'as many as requested, in order');
select is(tests.reads(2), 'three', 'then the rest');
select is(tests.reads(), '', 'then nothing');
select tests.a_delivery('four');
select is(tests.reads(), 'four', 'until there is a new one');
select is(tests.reads(destination => 'tests_b'), 'other', 'each destination has its own');
select set_config('tests.cursor_tests_a', '', true);
select is(tests.reads(), 'one two three four', 'and all from the beginning without a cursor');

select * from finish();
rollback;
