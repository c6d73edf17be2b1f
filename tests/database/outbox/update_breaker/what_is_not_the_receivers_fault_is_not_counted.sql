begin;
select plan(4);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a', breaker_after => 1);
select tests.a_delivery('unsent'), tests.a_delivery('refused'), tests.a_delivery('cancelled'), tests.a_delivery('gone');
select tests.a_courier('courier');
select tests.claim('courier');
select tests.record('courier', 'refused', 'refused', '{"status_code": 400, "error": "400"}');
select is((tests.the_destination('tests_a')).opened_at, null, 'a receiver that refuses one message works');
select tests.record('courier', 'cancelled', 'cancelled', '{"error": "nothing to do"}');
select is((tests.the_destination('tests_a')).opened_at, null, 'so does one that has nothing to do');
select tests.record('courier', 'unsent', 'unsent', '{"status_code": null, "error": "no secret"}');
select is((tests.the_destination('tests_a')).opened_at, null, 'an unsent message says nothing about the receiver');
select tests.record('courier', 'gone', 'gone', '{"status_code": 410, "error": "410"}');
select is((tests.the_destination('tests_a')).opened_at, null, 'gone has a pause of its own');

select * from finish();
rollback;
