begin;
select plan(2);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_settled('waits', 'pending', '400 days'), tests.a_settled('is sent', 'pending', '400 days');
update outbox.deliveries set status = 'sending', lease_until = now() where id = (tests.the_delivery('is sent')).id;
select ops.purge_all();
select is((tests.the_delivery('waits')).status, 'pending', 'a waiting one, however old');
select is((tests.the_delivery('is sent')).status, 'sending', 'and one that is being sent');

select * from finish();
rollback;
