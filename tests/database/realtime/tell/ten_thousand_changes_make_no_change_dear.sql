begin;
select plan(1);

-- The plan is made while there is no row, and kept.
select tests.create_user('amina@tests.example');
insert into public.notifications (user_id, kind, title)
  values (tests.user_id('amina@tests.example'), 'recap_ready', 'first');
insert into public.topic_changes (row_key, topic, schema_name, table_name, row_id, operation, record)
select n, 'user:' || tests.user_id('amina@tests.example'), 'public', 'orders', n::text, 'INSERT', '{}'
from generate_series(1, 10000) n;
create function pg_temp.rows_read() returns bigint language sql as $$
  select pg_stat_get_xact_tuples_returned('public.topic_changes'::regclass)
    + pg_stat_get_xact_tuples_fetched('public.topic_changes'::regclass)
$$;
create temporary table before as select pg_temp.rows_read() as rows;
insert into public.notifications (user_id, kind, title)
select tests.user_id('amina@tests.example'), 'recap_ready', n::text from generate_series(1, 20) n;
select ok(
  pg_temp.rows_read() - (select b.rows from before b) < 100,
  'twenty changes read no more than their own rows, among ten thousand of the same topic');

select * from finish();
rollback;
