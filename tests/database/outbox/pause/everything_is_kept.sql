begin;
select plan(5);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_delivery('one');
select outbox.pause('tests_a', 'scenario under repair');
select tests.a_delivery('two');
select tests.a_courier('courier');

select is((tests.the_destination('tests_a')).paused_reason, 'scenario under repair', 'it says why');
select is(tests.claim('courier'), null, 'nothing is sent');
select is((select count(*)::integer from outbox.deliveries d where d.status = 'pending'), 2,
  'and nothing lost, not even new messages');
select is(outbox.resume('tests_a'), 2::bigint, 'resuming returns how many wait');
select is(tests.claim('courier'), 'one two', 'and they are sent, oldest first');

select * from finish();
rollback;
