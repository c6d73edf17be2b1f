begin;
select plan(6);

-- A discount is not allowed, unless the shop or the product says so.
select tests.a_product('chair', 1000, 20);
create function pg_temp.pays_less(name text) returns boolean language plpgsql as $$
begin
  perform tests.a_checkout(name, '{"chair": 2}');
  perform tests.receive(tests.fact_captured('pi_' || name, name, 1500)
    || '{"breakdown": {"subtotal_minor": 2000, "tax_minor": 0, "shipping_minor": 0, "discount_minor": 500}}');
  return not (tests.the_payment('pi_' || name)).needs_review;
end $$;

select ok(not pg_temp.pays_less('one'), 'not by default');
select matches((tests.the_payment('pi_one')).review_reason,
  'discount 5\.00 EUR, and discount is not allowed.*accept_payment',
  'the reason says what was changed, and what to do');
select is((tests.the_order('one')).id, null, 'nothing is fulfilled');
update public.products set provider_adjustments = '{discount}' where sku = 'chair';
select ok(pg_temp.pays_less('two'), 'where the product allows it');
update public.products set provider_adjustments = null where sku = 'chair';
update commerce.settings set provider_adjustments = '{discount}' where id;
select ok(pg_temp.pays_less('three'), 'where the shop allows it');
update public.products set provider_adjustments = '{}' where sku = 'chair';
select ok(not pg_temp.pays_less('four'), 'the product goes before the shop');

select * from finish();
rollback;
