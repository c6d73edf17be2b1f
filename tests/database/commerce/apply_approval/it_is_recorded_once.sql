begin;
select plan(2);

select tests.receive(tests.fact_approved('order_1'));
select tests.receive(tests.fact_approved('order_1'));
select is((select count(*)::integer from public.payment_approvals a where a.provider = 'tests'), 1,
  'however often it is received');
select tests.receive(tests.fact_approved('order_1', at => 60));
select is((select count(*)::integer from public.payment_approvals a where a.provider = 'tests'), 2,
  'a second approval, with another card, is recorded separately');

select * from finish();
rollback;
