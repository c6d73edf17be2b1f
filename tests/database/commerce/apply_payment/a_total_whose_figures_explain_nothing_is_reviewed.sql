begin;
select plan(5);

select tests.a_product('chair', 1000, 20);
update commerce.settings set provider_adjustments = '{tax,shipping,discount}' where id;
create function pg_temp.reviewed(name text, amount bigint, breakdown text) returns boolean language plpgsql as $$
begin
  perform tests.a_checkout(name, '{"chair": 2}');
  perform tests.receive(tests.fact_captured('pi_' || name, name, amount) || jsonb_build_object('breakdown',
    breakdown::jsonb));
  return (tests.the_payment('pi_' || name)).needs_review and (tests.the_order(name)).id is null;
end $$;

select ok(pg_temp.reviewed('items', 2100,
  '{"subtotal_minor": 1900, "tax_minor": 200, "shipping_minor": 0, "discount_minor": 0}'),
  'the items come to another total than ours');
select ok(pg_temp.reviewed('more', 2301,
  '{"subtotal_minor": 2000, "tax_minor": 300, "shipping_minor": 0, "discount_minor": 0}'), 'more than all of it');
select ok(pg_temp.reviewed('less', 1899,
  '{"subtotal_minor": 2000, "tax_minor": 0, "shipping_minor": 0, "discount_minor": 100}'), 'less than all of it');
select ok(not pg_temp.reviewed('contained', 2000,
  '{"subtotal_minor": 2000, "tax_minor": 319, "shipping_minor": 0, "discount_minor": 0}'),
  'tax that the prices contain adds nothing');
select is((tests.the_order('contained')).tax_minor, 319::bigint, 'and is kept on the order');

select * from finish();
rollback;
