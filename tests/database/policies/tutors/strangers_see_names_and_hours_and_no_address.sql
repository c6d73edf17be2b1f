begin;
select plan(12);

select tests.create_user('pupil@tests.example'), tests.an_admin('admin@tests.example');
select tests.a_lesson('lesson', 'tutor@tests.example');
insert into public.tutor_hours (tutor_id, weekday, opens_at, closes_at, time_zone)
select t.id, 1, '09:00', '12:00', 'UTC' from public.tutors t;
create function tests.each(statement text) returns text language sql as $$
  select string_agg(tests.by(w, statement), ' ' order by n)
  from unnest('{guest,pupil@tests.example,service_role}'::text[]) with ordinality x (w, n)
$$;
select is(tests.each('select p.tutor_email from public.products p'), '42501 42501 1', 'not by the product');
select is(tests.each('select from public.products p where p.tutor_email like ''t%'''), '42501 42501 1',
  'nor by asking whether it is this one');
select is(tests.each('select t.email from public.tutors t'), '42501 42501 1', 'nor by the tutor');
select is(tests.each('select p.tutor_id from public.products p'), '1 1 1', 'the product names its tutor by id');
select is(tests.each('select t.id, t.name from public.tutors t'), '1 1 1', 'and the tutor has a name');
select is(tests.each('select * from public.tutor_hours'), '1 1 1', 'and hours');
select is(tests.by('pupil@tests.example', 'update public.tutors set name = ''x'' where true'), '0',
  'a pupil renames nobody');
select is(tests.by('admin@tests.example', 'update public.tutors set name = ''Tom'' where true'), '1', 'an admin does');
select is(tests.by('pupil@tests.example', 'delete from public.tutor_hours where true'), '0', 'a pupil takes no hours');
select is(tests.by('admin@tests.example', 'delete from public.tutor_hours where true'), '1', 'an admin does');
select throws_ok($$ insert into public.tutor_hours (tutor_id, weekday, opens_at, closes_at, time_zone)
  select t.id, 1, '09:00', '12:00', 'Europe/Atlantis' from public.tutors t $$, '22023', null,
  'a time zone is one that there is');
select throws_ok($$ insert into public.tutor_hours (tutor_id, weekday, opens_at, closes_at, time_zone)
  select t.id, 1, '12:00', '09:00', 'UTC' from public.tutors t $$, '23514', null, 'hours begin before they end');

select * from finish();
rollback;
