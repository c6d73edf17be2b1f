begin;
select plan(1);

select tests.receive(tests.fact_approved('order_1'));
update public.payment_approvals set created_at = now() - interval '10 minutes' where provider = 'tests';

select is(tests.to_ask_about(), null, 'it never becomes a payment of ours');

select * from finish();
rollback;
