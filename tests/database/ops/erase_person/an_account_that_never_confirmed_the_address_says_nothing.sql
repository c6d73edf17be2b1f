begin;
select plan(3);

-- Anybody may sign up with another's address: what that account bought is not the person's.
select tests.create_user('amina@tests.example', confirmed => false);
select tests.a_product('chair');
select tests.is_sold('theirs', '{"chair": 1}', 'amina@tests.example');
select tests.is_sold('others', '{"chair": 1}', 'stranger@tests.example');
update public.checkout_sessions s set user_id = tests.user_id('amina@tests.example') where s.id = tests.id('others');
update public.orders o set user_id = tests.user_id('amina@tests.example') where o.id = (tests.the_order('others')).id;
update public.fulfillments f set status = 'cancelled' where f.status = 'pending';
update outbox.deliveries d set status = 'delivered', settled_at = now() where d.status = 'pending';

select lives_ok($$ select ops.erase_person('amina@tests.example', 'tests') $$, 'the person is erased by the address');
select results_eq(
  $$ select o.email ~ '@erased\.invalid$' from public.orders o
     where o.id in ((tests.the_order('theirs')).id, (tests.the_order('others')).id) order by o.number $$,
  array[true, false], 'with the orders of the address, and no others'
);
select is((select count(*) from auth.users u where u.email ~ 'amina'), 0::bigint, 'and the account is gone');

select * from finish();
rollback;
