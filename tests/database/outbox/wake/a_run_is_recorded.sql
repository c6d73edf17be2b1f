begin;
select plan(3);

select tests.a_quiet_outbox();
select tests.remember('courier', outbox.wake('tail')::text);

select is((select c.pump from outbox.couriers c where c.id = tests.id('courier')), 'tail', 'what started it');
select ok((select c.awake_until > clock_timestamp() and c.awake_until < clock_timestamp() + interval '10 seconds'
  from outbox.couriers c), 'it counts as awake for some seconds');
select is((select c.claimed from outbox.couriers c), 0::bigint, 'it has claimed nothing yet');

select * from finish();
rollback;
