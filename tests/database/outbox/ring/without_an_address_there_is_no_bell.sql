begin;
select plan(2);

select tests.a_quiet_outbox();

select is(outbox.ring(), null, 'the address of the functions is not set');
select is(outbox.ring_if_due(), null, 'no bell, and no error');

select * from finish();
rollback;
