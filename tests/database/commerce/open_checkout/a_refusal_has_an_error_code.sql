begin;
select plan(8);

select tests.a_product('chair', 1000, 10);
select tests.a_cohort('autumn', 2);
select tests.a_seat('seat', 'autumn');
select tests.a_pack('pack', 10);
select tests.a_lesson('lesson');
select tests.a_product('lamp', currency => 'XAF');
create function tests.opens(items text, email text default 'amina@tests.example') returns text language sql as $$
  select tests.refusal(format('select commerce.open_checkout(%L, %L)', opens.email, opens.items))
$$;
select is(tests.opens('[{"sku": "chair", "quantity": 1}]', ''), '22023 email_missing', 'no address');
select is(tests.opens('[]'), '22023 items_missing', 'no items');
select is(tests.opens('[{"sku": "chair", "quantity": 0}]'), '22023 quantity_invalid', 'none');
select is(tests.opens('[{"sku": "chair", "quantity": 11}]'), 'P0001 sold_out', 'too many');
select is(tests.opens('[{"sku": "unicorn", "quantity": 1}]'), 'P0002 unknown_item', 'unknown');
select is(tests.opens('[{"sku": "chair", "quantity": 1}, {"sku": "lamp", "quantity": 1}]'), '22023 mixed_currencies',
  'two currencies');
select is(tests.opens('[{"sku": "lesson", "quantity": 1, "starts_at": "tomorrow"}]'), '22023 starts_at_invalid',
  'no moment');
select is(tests.opens('[{"sku": "lesson", "quantity": 1, "starts_at": 7}]'), '22023 starts_at_invalid',
  'neither is a number');

select * from finish();
rollback;
