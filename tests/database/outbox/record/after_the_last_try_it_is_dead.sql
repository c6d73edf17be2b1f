begin;
select plan(6);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_delivery('one');
select tests.a_courier('courier');
create temporary table waits (try integer, wait interval);
do $$
begin
  for try in 1 .. 10 loop
    perform tests.claim('courier');
    perform tests.record('courier', 'one', 'retry', '{"error": "500"}');
    insert into waits select try, (tests.the_delivery('one')).next_attempt_at - clock_timestamp()
      where (tests.the_delivery('one')).status = 'pending';
    exit when (tests.the_delivery('one')).status = 'dead';
    perform tests.comes_due('one');
  end loop;
end
$$;

select is((tests.the_delivery('one')).status, 'dead', 'ten attempts failed: it is dead');
select is((tests.the_delivery('one')).attempts, 10, 'not before the tenth');
select is((select count(*)::integer from outbox.attempts a where a.delivery_id = (tests.the_delivery('one')).id), 10,
  'each attempt is logged');
select is((tests.the_delivery('one')).settled_at, now(), 'it has the time of the last one');
select results_eq(
  $$ select w.try from waits w
  join unnest('{5 seconds,5 minutes,30 minutes,2 hours,5 hours,10 hours,14 hours,20 hours,24 hours}'::interval[])
    with ordinality as s (wait, try) on s.try = w.try
     where w.wait between s.wait - interval '1 second' and s.wait * 1.1 order by 1 $$,
  'select generate_series(1, 9)', 'the delays are those of Standard Webhooks'
);
select isnt_empty($$ select 1 from ops.attention a where a.id = (tests.the_delivery('one')).id::text
  and a.what = 'delivery dead' $$, 'it is shown to an admin');

select * from finish();
rollback;
