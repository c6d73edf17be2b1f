begin;
select plan(8);

create function tests.overlap(left_fact jsonb, right_fact jsonb, left_checkout uuid default null,
  right_checkout uuid default null, right_provider text default 'stripe') returns boolean language sql as $$
  select commerce.overlap(array['stripe', right_provider], array[left_fact, right_fact],
    array[left_checkout, right_checkout])
$$;

select ok(not tests.overlap('{"provider_ref": "pi_1"}', '{"provider_ref": "pi_2"}'), 'two payments do not overlap');
select ok(tests.overlap('{"provider_ref": "pi_1"}', '{"provider_ref": "pi_1"}'), 'two facts about one payment do');
select ok(not tests.overlap('{"provider_ref": "1"}', '{"provider_ref": "1"}', right_provider => 'paypal'),
  'one reference at two providers is two payments');
select ok(tests.overlap('{"provider_ref": "cap_1", "part_of": "order_1"}',
  '{"provider_ref": "cap_2", "part_of": "order_1"}'), 'two parts of one whole overlap');
select ok(not tests.overlap('{"provider_ref": "cap_1", "part_of": "order_1"}',
  '{"provider_ref": "cap_2", "part_of": "order_2"}'), 'parts of two wholes do not');
select ok(not tests.overlap('{"provider_ref": "1", "part_of": "2"}', '{"provider_ref": "2", "part_of": "3"}'),
  'a payment and a whole of the same reference are two things');
select ok(tests.overlap('{"provider_ref": "pi_1"}', '{"provider_ref": "pi_2"}',
  '00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000001'), 'two payments of one checkout do');
select ok(not tests.overlap('{"provider_ref": "pi_1"}', '{"provider_ref": "pi_2"}',
  '00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002'), 'of two checkouts they do not');

select * from finish();
rollback;
