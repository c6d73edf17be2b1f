begin;
select plan(2);
select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select outbox.write_message('later', 'things/1', '{"type":"later"}', null, '{tests_a}', 1000000002);
select outbox.write_message('earlier', 'things/1', '{"type":"earlier"}', null, '{tests_a}', 1000000001);

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
select is(tests.reads(), 'earlier later', 'in the order of sequence within one run');
select outbox.write_message('late', 'things/2', '{"type":"late"}', null, '{tests_a}', 1000000000);
select is(tests.reads(), 'late', 'one that is seen later comes later, whatever its sequence is');

select * from finish();
rollback;
