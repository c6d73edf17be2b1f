begin;
select plan(6);

select tests.create_user('amina@tests.example');
create function tests.asks(cursor text) returns jsonb language plpgsql as $$
declare
  v_topic text := 'user:' || tests.user_id('amina@tests.example');
  v_answer jsonb;
begin
  perform tests.authenticate_as('amina@tests.example');
  v_answer := public.changes_since(v_topic, asks.cursor);
  perform tests.as_owner();
  return v_answer;
end
$$;
create temporary table begun as select tests.asks(null) ->> 'cursor' as cursor;

select is((select tests.asks(b.cursor) -> 'gone' from begun b), 'false', 'a cursor is good');
update ops.topic_feed set kept_after = pg_snapshot_xmin(pg_current_snapshot());
select is((select tests.asks(b.cursor) -> 'gone' from begun b), 'true', 'until changes after it are removed');
select isnt((select tests.asks(b.cursor) ->> 'cursor' from begun b), null, 'a new one begins now');
update ops.topic_feed set kept_after = '3';
select is(tests.asks('00000000.10:10:') -> 'gone', 'true', 'another server''s transactions mean nothing here');
update ops.topic_feed set epoch = 'restored';
select is((select tests.asks(b.cursor) -> 'gone' from begun b), 'true', 'nor do those in a restored backup');
select throws_matching($$ select tests.asks('17') $$, 'this is no cursor of changes_since: ''17''',
  'a number is no cursor');

select * from finish();
rollback;
