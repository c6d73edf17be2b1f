begin;
select plan(5);

select tests.a_product('chair', 1000, 10);
select tests.a_checkout('cart');
create function tests.a_start(kind text, ref text, checkout uuid default tests.id('cart')) returns text
  language sql as $$
  select
    format('insert into public.started_payments (checkout_session_id, provider, kind, provider_ref) values (%L, '
      '''stripe'', %L, %L)', checkout, kind, ref)
$$;
select lives_ok(tests.a_start('checkout_session', 'cs_1'), 'as Stripe has them');
select lives_ok(tests.a_start('payment_intent', 'pi_1'), 'several for one checkout');
select tests.is_refused(tests.a_start('payment_intent', 'cs_1'), 'a_provider_names_what_was_started_once', 'each once');
select tests.is_refused(tests.a_start('cheque', 'x'), 'a_kind_is_what_providers_have', 'of a known kind');
select tests.is_refused(tests.a_start('order', 'x', gen_random_uuid()), 'a_payment_is_started_for_a_checkout',
  'for a checkout');

select * from finish();
rollback;
