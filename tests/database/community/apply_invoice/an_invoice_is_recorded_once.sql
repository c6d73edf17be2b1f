begin;
select plan(5);

select tests.receive(tests.fact_membership('sub_1', 'active'));
select is(tests.receive(tests.fact_bill('in_1', 'sub_1', 'paid', 'pi_1')), 'applied', 'an invoice is applied');
select tests.receive(tests.fact_bill('in_1', 'sub_1', 'paid', 'pi_1'));

select is((select count(*)::integer from public.membership_invoices i where i.provider = 'tests'), 1,
  'received twice it is one');
select is((tests.the_invoice('in_1')).outcome, 'paid', 'it is paid');
select is((tests.the_invoice('in_1')).membership_id, (tests.the_membership('sub_1')).id, 'it is of its membership');
select is((tests.the_invoice('in_1')).payment_ref, 'pi_1', 'it names the payment that paid it');

select * from finish();
rollback;
