begin;
select plan(3);
select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select outbox.write_message(n, 'things/' || n, json_build_object('type', n, 'data', repeat('x', size))::text, null,
  '{tests_a}')
from (values ('small', 10), ('large', 5000000), ('next', 10)) as t (n, size);

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
select is(tests.reads(), 'small …', 'too much text waits for the next page');
select is(tests.reads(), 'large …', 'but a large message is returned alone');
select is(tests.reads(), 'next', 'and blocks nothing');

select * from finish();
rollback;
