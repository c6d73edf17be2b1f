begin;
select plan(4);

select tests.a_product('chair');
select tests.create_user('guest@tests.example');
select tests.is_sold('cart', '{"chair": 1}', 'guest@tests.example');
-- As if its transaction had begun before the address was confirmed.
update public.checkout_sessions s set user_id = null where true;
update public.payments p set user_id = null where true;
update public.orders o set user_id = null where true;
select is(ops.link_recent(), 1, 'it is found');
select is((tests.the_order('cart')).user_id, tests.user_id('guest@tests.example'), 'and linked');
select is(ops.link_recent(), 0, 'once');
update public.orders o set user_id = null where true;
update ops.person_links l set created_at = now() - interval '1 hour' where true;
select is(ops.link_recent(), 0, 'older ones are left to the audit');

select * from finish();
rollback;
