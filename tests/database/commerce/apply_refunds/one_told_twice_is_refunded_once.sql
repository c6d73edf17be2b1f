begin;
select plan(4);

-- As PayPal tells of a capture that is refunded and reversed: two refunds, and each time the total.
create function tests.told(ref text) returns text language sql as $$
  select tests.receive_events(tests.an_event('evt_' || ref, tests.fact_refund(ref, 'pi_1', 1000),
    jsonb_build_object('type', 'payment.refunded', 'occurred_at', '2026-01-02T00:00:00Z', 'payment_ref', 'pi_1',
      'refunded_minor', 1000, 'currency', 'EUR')))
$$;

select tests.receive(tests.fact_captured('pi_1'));
select is(tests.told('re_refunded'), 'applied', 'the refund');
select is(tests.told('re_reversed'), 'applied', 'and the reversal');
select is((tests.the_payment('pi_1')).refunded_minor, 1000::bigint, 'the provider''s total counts');
select is((tests.the_payment('pi_1')).status, 'refunded', 'and it is refunded');

select * from finish();
rollback;
