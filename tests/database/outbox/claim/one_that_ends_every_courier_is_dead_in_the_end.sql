begin;
select plan(3);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_delivery('one'), tests.a_delivery('two', 'things/one');
select tests.a_courier('courier');
update outbox.deliveries set attempts = 9, last_error = 'The receiver answered 503.'
where id = (tests.the_delivery('one')).id;
select tests.claim('courier');
update outbox.deliveries set lease_until = now() where id = (tests.the_delivery('one')).id;

select is(tests.claim('courier'), 'two', 'after its last attempt the next of its record is sent');
select is((tests.the_delivery('one')).status, 'dead', 'it is dead');
select is((tests.the_delivery('one')).last_error,
  'The courier that held it ended without a result; it may or may not have been '
  'delivered.', 'its error says what is known');

select * from finish();
rollback;
