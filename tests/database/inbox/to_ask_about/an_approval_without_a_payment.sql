begin;
select plan(2);

select tests.a_product('chair');
select tests.a_checkout('paid'), tests.a_checkout('waits'), tests.a_checkout('new');
select tests.receive(tests.fact_approved('order_paid', 'paid'), tests.fact_approved('order_waits', 'waits'));
select tests.receive(tests.fact_captured('cap_1', 'paid'));
update public.payment_approvals set created_at = now() - interval '10 minutes' where provider = 'tests';
select tests.receive(tests.fact_approved('order_waits', 'waits', at => 60), tests.fact_approved('order_new', 'new'));

select is(tests.to_ask_about(), 'approval order_waits',
  'once, however many approvals it has; not one with a payment, nor one of this minute');
select tests.receive(tests.fact_checkout_cancelled('order_waits', 'waits'));
select is(tests.to_ask_about(), null, 'a cancelled one is not asked about');

select * from finish();
rollback;
