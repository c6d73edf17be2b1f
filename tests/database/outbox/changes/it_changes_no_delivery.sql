begin;
select plan(2);
select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_delivery('first');
select tests.a_delivery('second');
select outbox.cancel((tests.the_delivery('second')).id, 'a test');
create temporary table before as select * from outbox.deliveries;

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
select is(tests.reads(), 'first second', 'whatever the status of the delivery is');
select set_eq('select * from outbox.deliveries', 'select * from before',
  'a message that was read is delivered all the same');

select * from finish();
rollback;
