begin;
select plan(5);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_delivery('one'), tests.a_delivery('dead');
update outbox.deliveries set status = 'dead', settled_at = now() where id = (tests.the_delivery('dead')).id;
select outbox.cancel((tests.the_delivery('one')).id, 'sent by hand');
select outbox.cancel((tests.the_delivery('dead')).id, 'no longer wanted');
select is((tests.the_delivery('one')).status, 'cancelled', 'one that waits');
select is((tests.the_delivery('one')).last_error, 'sent by hand', 'and says why');
select is((tests.the_delivery('dead')).status, 'cancelled', 'one that is dead');
select tests.a_courier('courier');
select is(tests.claim('courier'), null, 'neither is sent');
select outbox.retry((tests.the_delivery('one')).id);

select is(tests.claim('courier'), 'one', 'unless it is brought back');

select * from finish();
rollback;
