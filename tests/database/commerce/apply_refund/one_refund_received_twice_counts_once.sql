begin;
select plan(2);

select tests.receive(tests.fact_captured('pi_1'));
select tests.receive(tests.fact_refund('re_1', 'pi_1', 600));
select tests.receive(tests.fact_refund('re_1', 'pi_1', 600, at => 5));

select is((tests.the_payment('pi_1')).refunded_minor, 600::bigint, 'two events about one refund are one refund');
select is((select count(*)::integer from public.refunds r where r.provider = 'tests'), 1, 'there is one');

select * from finish();
rollback;
