begin;
select plan(7);

select tests.create_user('amina@tests.example');
select tests.create_user('other@tests.example');
insert into public.membership_products (product, provider, provider_ref, name) values
  ('club', 'whop', 'prod_1', 'The club'), ('club', 'stripe', 'price_2', 'The club');
select tests.joins('w', '{"email": "amina@tests.example", "product_ref": "prod_1"}');
create function tests.has(who text, product text) returns boolean language plpgsql as $$
declare
  v_has boolean;
begin
  perform tests.authenticate_as(who);
  v_has := public.has_access(product);
  perform tests.as_owner();
  return v_has;
end
$$;
select ok(tests.has('amina@tests.example', 'club'), 'by our name');
select ok(tests.has('amina@tests.example', 'prod_1'), 'or by the provider''s id');
select ok(not tests.has('amina@tests.example', 'price_2'), 'not by another''s');
select ok(not tests.has('other@tests.example', 'club'), 'and nobody else');
update public.memberships set status = 'expired' where provider_ref = 'w';
select ok(not tests.has('amina@tests.example', null), 'no membership, no access');
select tests.joins('s', '{"email": "amina@tests.example", "product_ref": "price_2"}', 'stripe');
select ok(tests.has('amina@tests.example', 'club'), 'a subscription at Stripe as well');
select tests.as_anon();
select ok(not public.has_access('club'), 'guests have none');
select tests.as_owner();

select * from finish();
rollback;
