begin;
select plan(1);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_delivery('one');
select tests.a_courier('courier');
select tests.claim('courier');
select tests.record('courier', 'one', 'delivered');
select tests.record('courier', 'one', 'retry', '{"error": "500"}');

select is((tests.the_delivery('one')).status, 'delivered', 'delivered stays delivered');

select * from finish();
rollback;
