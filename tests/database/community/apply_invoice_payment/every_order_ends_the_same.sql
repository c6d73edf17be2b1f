begin;
select plan(4);

-- Stripe since 2025-03-31.basil: the invoice does not name its payment, invoice_payment.paid does.
create function pg_temp.paid() returns jsonb language sql stable as $$
  select jsonb_build_object('type', 'invoice.paid', 'occurred_at', tests.moment(0), 'provider_ref', 'in_1',
    'payment_ref', 'pi_1', 'amount_minor', 1000, 'currency', 'EUR')
$$;
select tests.ends_the_same_in_every_order(
  'a renewal',
  tests.an_event('evt_member', tests.fact_membership('sub_1', 'active')),
  tests.an_event('evt_money', tests.fact_captured('pi_1')),
  tests.an_event('evt_bill', tests.fact_bill('in_1', 'sub_1', 'paid')),
  tests.an_event('evt_paid', pg_temp.paid())
);

select tests.receive(tests.fact_captured('pi_1'));
select ok((tests.the_payment('pi_1')).needs_review, 'money alone is for nothing known');
select tests.receive(pg_temp.paid());
select tests.receive(tests.fact_membership('sub_1', 'active'));
select tests.receive(tests.fact_bill('in_1', 'sub_1', 'paid'));
select is((tests.the_payment('pi_1')).needs_review, false, 'once its invoice is known it needs no review');
select is((select i.payment_ref from public.membership_invoices i where i.provider = 'tests'), 'pi_1',
  'and the invoice names it');

select * from finish();
rollback;
