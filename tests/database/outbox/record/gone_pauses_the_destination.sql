begin;
select plan(6);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_delivery('one'), tests.a_delivery('two');
select tests.a_courier('courier');
select tests.claim('courier', 1);
select tests.record('courier', 'one', 'gone', '{"status_code": 410, "error": "410 Gone"}');

select isnt((tests.the_destination('tests_a')).paused_at, null, 'the receiver is gone: its destination is paused');
select is((tests.the_destination('tests_a')).paused_reason, '410 Gone', 'it says why');
select is((tests.the_delivery('one')).status, 'pending', 'the delivery is kept');
select is(tests.claim('courier'), null, 'the others are not even tried');
select tests.comes_due('one');
select is(outbox.resume('tests_a'), 2::bigint, 'after it is fixed');
select is(tests.claim('courier'), 'one two', 'all are sent');

select * from finish();
rollback;
