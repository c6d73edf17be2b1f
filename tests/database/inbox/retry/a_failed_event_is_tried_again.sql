begin;
select plan(10);

select tests.a_product('chair', stock => 5);
select tests.a_checkout('cart');
alter table public.orders add constraint tests_no_orders_today check (false) not valid;
select is(tests.receive_events(tests.an_event('evt_1', tests.fact_captured('pi_1', 'cart'))), 'failed',
  'a constraint refuses it: the event fails');
select matches((tests.the_event('evt_1')).error, 'tests_no_orders_today.*\(23514\)', 'the error has the SQLSTATE');
select is((tests.the_event('evt_1')).next_attempt_at, now() + interval '30 seconds', 'it is due in 30 s');
select is((tests.the_payment('pi_1')).id, null, 'no effect is left');
select is(inbox.retry((tests.the_event('evt_1')).id), 'failed', 'retried while the cause lasts it fails again');
select is((tests.the_event('evt_1')).next_attempt_at, now() + interval '2 minutes', 'and is due later');
select is((tests.the_event('evt_1')).attempts, 2, 'those were two attempts');

alter table public.orders drop constraint tests_no_orders_today;
select is(inbox.retry((tests.the_event('evt_1')).id), 'applied', 'once fixed, it is applied');
select is((tests.the_order('cart')).status, 'confirmed', 'and takes effect');
select is((tests.the_event('evt_1')).error, null, 'no error is left');

select * from finish();
rollback;
