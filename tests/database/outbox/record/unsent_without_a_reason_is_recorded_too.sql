begin;
select plan(1);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_delivery('one');
select tests.a_courier('courier');
select tests.claim('courier');

select lives_ok($$ select tests.record('courier', 'one', 'unsent', '{"error": null}') $$,
  'a result that cannot be recorded would be retried for ever');

select * from finish();
rollback;
