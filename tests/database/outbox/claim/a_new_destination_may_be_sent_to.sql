begin;
select plan(1);

select tests.a_quiet_outbox();
insert into outbox.destinations (name) values ('tests_a');
select tests.a_delivery('one');
select tests.a_courier('courier');

select is(tests.claim('courier'), 'one', 'its bucket is full at first');

select * from finish();
rollback;
