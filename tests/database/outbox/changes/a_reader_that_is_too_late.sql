begin;
select plan(8);
select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_delivery(n) from unnest('{one,two,three,four}'::text[]) n;

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
select is(tests.reads(1), 'one …', 'a reader has read one message');
delete from outbox.messages m where m.id = (tests.the_delivery('one')).message_id;
select is(tests.reads(1), 'two …', 'messages that were read may be deleted');
delete from outbox.messages m where m.id = (tests.the_delivery('three')).message_id;
select is(tests.reads(), 'gone', 'deleted messages that were not read are reported');
select tests.a_delivery('five');
select is(tests.reads(), 'five', 'with the cursor to continue from');

select set_config('tests.cursor_tests_a', '', true);
select is(tests.reads(), 'four five', 'a reader without a cursor starts after the deleted messages');
select tests.a_delivery('six');
delete from outbox.messages m where m.id = (tests.the_delivery('six')).message_id;
select is(tests.reads(), 'gone', 'a message deleted before any reader saw it is reported as well');
select set_config('tests.cursor_tests_a', '99.000000000000', true);
select is(tests.reads(), 'gone', 'a cursor beyond the end is of another feed');
select set_config('tests.cursor_tests_a', '5.000000000000', true);
select is(tests.reads(), 'gone',
  'so is one whose message differs: the database was restored from a backup');

select * from finish();
rollback;
