begin;
select plan(1);

alter table public.payments add constraint tests_no_payments_today check (false) not valid;
select tests.receive_events(tests.an_event('evt_payment', tests.fact_captured('pi_1')),
  tests.an_event('evt_refund', tests.fact_refund('re_1', 'pi_1', 300)));
alter table public.payments drop constraint tests_no_payments_today;
select inbox.retry((tests.the_event('evt_payment')).id);

select is((tests.the_event('evt_refund')).status, 'applied',
  'a payment applied at the second attempt also applies its refund');

select * from finish();
rollback;
