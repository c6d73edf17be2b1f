begin;
select plan(1);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_delivery('one');
update outbox.deliveries set attempts = 9, last_error = 'The receiver answered 503.'
where id = (tests.the_delivery('one')).id;
select tests.a_courier('courier');
select tests.claim('courier');
select tests.record('courier', 'one', 'gone', '{"status_code": 410, "error": "410 Gone"}');

select is((tests.the_delivery('one')).status, 'pending', 'a pause holds and never drops');

select * from finish();
rollback;
