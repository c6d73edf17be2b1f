begin;
select plan(8);

update commerce.settings set checkouts_per_email = 2, checkouts_per_address = 3, guest_max_quantity = 5 where id;
create function tests.is_limited(email text, network_address text, quantity integer default 1, is_guest boolean
  default true) returns text language plpgsql as $$
declare
  v_detail text;
begin
  perform commerce.limit_checkout(email, network_address, is_guest,
    jsonb_build_array(jsonb_build_object('sku', 'x', 'quantity', quantity)));
  return 'allowed';
exception when others then
  get stacked diagnostics v_detail = pg_exception_detail;
  return v_detail;
end
$$;
select is(tests.is_limited('a@tests.example', '192.0.2.1') || ' ' || tests.is_limited('A@tests.example', '192.0.2.1'),
  'allowed allowed', 'two per e-mail address');
select is(tests.is_limited('a@tests.example', '192.0.2.9'), 'too_many_checkouts', 'no third, from any network address');
select is(tests.is_limited('b@tests.example', '192.0.2.1') || ' ' || tests.is_limited('c@tests.example', '192.0.2.1'),
  'allowed too_many_checkouts', 'three per network address, with any e-mail address');
update commerce.checkout_limits set refilled_at = refilled_at - interval '30 minutes';
select is(tests.is_limited('a@tests.example', '192.0.2.8'), 'allowed', 'it refills within an hour');
select is(tests.is_limited('d@tests.example', null, 6), 'quantity_invalid',
  'a guest may take a limited quantity of a product');
select is(tests.is_limited('e@tests.example', null, 6, false), 'allowed', 'an account may take all that is available');


update commerce.settings set checkouts_per_address = 5 where id;
select is(
  (select string_agg(tests.is_limited(e || '@tests.example', '192.0.2.2', 3), ' ') from unnest('{f,g}'::text[]) e),
  'allowed too_many_checkouts', 'guests of one network address take so many of one product together'
);
select is(tests.is_limited('h@tests.example', '192.0.2.3', 3), 'allowed', 'those of another take theirs');

select * from finish();
rollback;
