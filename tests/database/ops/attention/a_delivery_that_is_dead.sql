begin;
select plan(1);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_delivery('one');
select tests.a_courier('courier');
select tests.claim('courier');
select tests.record('courier', 'one', 'refused', '{"error": "400 Bad Request"}');

select results_eq(
  $$ select a.what, a.which, a.why, a.since, a.remedy from ops.attention a
  where a.id = (tests.the_delivery('one')).id::text $$,
  $$ select 'delivery dead', 'one to tests_a', '400 Bad Request', now(),
  format('select outbox.retry(%s)', (tests.the_delivery('one')).id) $$,
  'what, which, why, since when, and what to do'
);

select * from finish();
rollback;
