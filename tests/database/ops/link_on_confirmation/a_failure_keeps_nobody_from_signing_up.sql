begin;
select plan(5);

select tests.a_product('chair');
select tests.is_sold('cart', '{"chair": 1}', 'guest@tests.example');
create function tests.fails() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$;
create trigger fails before update on public.orders for each row execute function tests.fails();
select lives_ok($$ select tests.create_user('guest@tests.example') $$, 'the account is there');
select is((tests.the_order('cart')).user_id, null, 'without the order');
drop trigger fails on public.orders;
update ops.person_links l set created_at = now() - interval '6 minutes' where true;
select is(tests.inconsistencies(), 'bought under a confirmed address, and not linked', 'the audit sees it');
select is(ops.link_recent(), 1, 'cron links it');
select is((tests.the_order('cart')).user_id, tests.user_id('guest@tests.example'), 'and it is there');

select * from finish();
rollback;
