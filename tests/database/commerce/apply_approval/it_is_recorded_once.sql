begin;
select plan(2);

select tests.receive(tests.fact_approved('order_1'));
select tests.receive(tests.fact_approved('order_1'));
select is((select count(*)::integer from public.payment_approvals a where a.provider = 'tests'), 1,
  'however often it is told');
select tests.receive(tests.fact_approved('order_1', at => 60));
select is((select count(*)::integer from public.payment_approvals a where a.provider = 'tests'), 2,
  'approved anew, with another card, it is another');

select * from finish();
rollback;
