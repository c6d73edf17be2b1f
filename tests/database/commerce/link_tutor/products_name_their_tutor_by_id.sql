begin;
select plan(6);

select tests.an_admin('admin@tests.example');
select tests.a_lesson('maths', 'tutor@tests.example'), tests.a_lesson('physics', 'tutor@tests.example');
select is((select count(distinct p.tutor_id)::int from public.products p where p.tutor_id is not null), 1,
  'two products of one tutor name one row');
select is((select t.email from public.tutors t), 'tutor@tests.example', 'which has the address');
update public.products p set tutor_email = 'other@tests.example' where p.sku = 'physics';
select is(
  (select t.email from public.products p join public.tutors t on t.id = p.tutor_id where p.sku = 'physics'),
  'other@tests.example', 'another tutor is another row'
);
update public.products p set kind = 'goods', tutor_email = null, session_minutes = null where p.sku = 'physics';
select is((select p.tutor_id from public.products p where p.sku = 'physics'), null, 'none for what is no session');
update public.products p set tutor_id = ops.uuid7() where p.sku = 'physics';
select is((select p.tutor_id from public.products p where p.sku = 'physics'), null, 'nobody sets it by hand');
select is(
  tests.by('admin@tests.example', $$ insert into public.products (sku, name, price_minor, currency, kind, tutor_email,
    session_minutes) values ('latin', 'Latin', 100, 'EUR', 'tutoring_session', 'new@tests.example', 60) $$),
  '1', 'an admin adds one over the Data API, though admins may not read the address'
);

select * from finish();
rollback;
