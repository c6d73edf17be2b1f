begin;
select plan(8);

create function tests.obstacles(email text) returns text language sql as $$
  select coalesce(string_agg(o, '; '), 'none') from ops.erasure_obstacles(tests.user_id(obstacles.email),
    array[obstacles.email], ops.word_pattern(obstacles.email)) o
$$;
select tests.a_product('chair');
select tests.create_user('amina@tests.example');
select is(tests.obstacles('amina@tests.example'), 'none', 'nothing is under way for a new account');

select tests.a_checkout('cart', '{"chair": 1}', 'amina@tests.example');
select matches(tests.obstacles('amina@tests.example'), '^checkout .* is open: cancel it, or wait until it expires$',
  'an unpaid checkout');
select is(tests.refusal($$ select ops.erase_person('amina@tests.example', 'x') $$), 'P0001', 'is refused');
select is((select s.email from public.checkout_sessions s where s.id = tests.id('cart')), 'amina@tests.example',
  'and nothing is changed');

select tests.receive(tests.fact_captured('pi_1', 'cart', 1000));
update outbox.deliveries d set status = 'delivered', settled_at = now(), lease_until = null where true;
select matches(tests.obstacles('amina@tests.example'), '^the parcel of order \d+ is pending: send it, or cancel it$',
  'a parcel that is not sent');

update public.fulfillments f set status = 'shipped' where true;
update outbox.deliveries d set status = 'delivered', settled_at = now(), lease_until = null where true;
select tests.receive(tests.fact_membership('sub_1', 'active') || '{"email": "amina@tests.example"}');
update outbox.deliveries d set status = 'delivered', settled_at = now(), lease_until = null where true;
select matches(tests.obstacles('amina@tests.example'), '^membership sub_1 is active: end it at tests first$',
  'a membership');

select tests.an_admin('admin@tests.example');
select matches(tests.obstacles('admin@tests.example'), '^an account of staff is not erased', 'a role');

select is(tests.obstacles('mina@tests.example'), 'none', 'what is under way for a longer address is another person''s');

select * from finish();
rollback;
