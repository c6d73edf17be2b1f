begin;
select plan(4);

select tests.a_product('palace', 9007199254740991, 5), tests.a_product('moon', 9223372036854775807, null),
  tests.a_product('chair', 1, null);
create function tests.opens(items text) returns text language sql as $$
  select tests.refusal(format('select commerce.open_checkout(''amina@tests.example'', %L)', opens.items))
$$;
select is(tests.opens('[{"sku": "palace", "quantity": 1}]'), 'taken', 'the largest integer in JavaScript');
select is(tests.opens('[{"sku": "palace", "quantity": 1}, {"sku": "chair", "quantity": 1}]'), '22023 quantity_invalid',
  'one more is too much');
select is(tests.opens('[{"sku": "moon", "quantity": 100000}]'), '22023 quantity_invalid',
  'an amount beyond bigint gets the same error');
select is(
  tests.opens((select jsonb_agg(jsonb_build_object('sku', 'chair', 'quantity', 100000))
    from generate_series(1, 21475))::text), '22023 quantity_invalid',
  'so does a sum beyond bigint'
);

select * from finish();
rollback;
