begin;
select plan(4);

-- One provider's key is refused; the destination serves all providers.
select tests.a_quiet_outbox();
select tests.a_destination('tests_a', max_in_flight => 5);
select tests.a_delivery('refused' || n, 'refused/' || n) from generate_series(1, 5) n;
select tests.a_delivery('behind', 'refused/1');
select tests.a_delivery('sound');
select tests.a_courier('courier');

select is(tests.claim('courier'), 'refused1 refused2 refused3 refused4 refused5', 'all there is room for');
select tests.record_all('courier', 'unsent', '{"status_code": 401, "error": "STRIPE_SECRET_KEY is refused"}');
select tests.hold_passes();
select ok(tests.claim('courier') like '% sound', 'after the hold it is the turn of what has not been tried yet');
select is((tests.the_delivery('behind')).status, 'pending', 'and still nothing overtakes what is of its record');
select tests.record('courier', 'sound', 'delivered');
select tests.record_all('courier', 'unsent', '{"status_code": 401, "error": "STRIPE_SECRET_KEY is refused"}');
select tests.hold_passes();
select ok(tests.claim('courier') ~ 'refused1 .*refused5', 'what cannot be sent has its turn again');

select * from finish();
rollback;
