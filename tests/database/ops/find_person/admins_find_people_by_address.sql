begin;
select plan(9);

select tests.a_product('chair'), tests.a_course('maths');
select tests.an_admin('admin@tests.example');
select tests.create_user('amina@tests.example');
select tests.create_user('amina.other@tests.example', confirmed => false);
select tests.is_sold('cart', '{"chair": 1, "maths": 1}', 'amina@tests.example');
select tests.is_sold('guests', '{"chair": 1}', 'guest@tests.example');
update public.profiles p set name = 'Amina' where p.user_id = tests.user_id('amina@tests.example');
select is((select string_agg(p.account_email || ' ' || p.confirmed, ', ' order by p.account_email)
  from ops.find_person('Amina') p), 'amina.other@tests.example false, amina@tests.example true', 'by the beginning');
select is((select format('%s %s %s %s', p.name, p.orders, p.cohorts, p.credits)
  from ops.find_person('AMINA@tests.example') p),
  'Amina 1 {maths} 0', 'with what there is of them');
select is((select format('%s %s %s', p.user_id is null, p.orders, p.guest_orders)
  from ops.find_person('guest@tests.example') p), 't 0 1', 'a guest by the whole address');
select is((select count(*) from ops.find_person('nobody@tests.example')), 0::bigint, 'nobody');
select is(tests.refusal($$ select ops.find_person('a@') $$), '22023', 'at least three characters');
select is(tests.by('admin@tests.example', 'select public.find_person(''amina'')'), '2', 'admins do, over the Data API');
select is(tests.by('amina@tests.example', 'select public.find_person(''amina'')'), '42501', 'others do not');
select is(tests.by('guest', 'select public.find_person(''amina'')'), '42501', 'nor strangers');
select is(tests.by('amina@tests.example', 'select ops.find_person(''amina'')'), '42501', 'nor by the schema');

select * from finish();
rollback;
