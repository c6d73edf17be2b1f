begin;
select plan(3);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_delivery('one');
select tests.a_courier('courier');
select tests.claim('courier');
select tests.record('courier', 'one', 'refused', '{"error": "400 Bad Request"}');

select results_eq(
  $$ select a.what, a.which, a.why, a.since from ops.attention a
  where a.id = (tests.the_delivery('one')).id::text $$,
  $$ select 'delivery dead', 'one to tests_a',
    '400 Bad Request. It is not sent any more, and tests_a does not know of it.', now() $$,
  'what, which, why, and since when'
);
select lives_ok(tests.the_remedy('delivery dead'), 'the remedy');
select is((tests.the_delivery('one')).status, 'pending', 'sends it again');

select * from finish();
rollback;
