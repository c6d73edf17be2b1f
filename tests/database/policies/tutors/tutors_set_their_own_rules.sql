begin;
select plan(14);

select tests.create_user('pupil@tests.example'), tests.create_user('tutor@tests.example'),
  tests.create_user('unsure@tests.example', confirmed => false), tests.an_admin('admin@tests.example');
select tests.a_lesson('lesson'), tests.a_lesson('other', 'other@tests.example'),
  tests.a_lesson('unsure', 'unsure@tests.example');
select tests.teaches(1, '09:00', '12:00'), tests.teaches(1, '09:00', '12:00', tutor => 'other@tests.example');
insert into public.tutor_exceptions (tutor_id, kind, first_day)
select t.id, 'off', '2027-01-01' from public.tutors t where t.email <> 'unsure@tests.example';
create function tests.each(statement text) returns text language sql as $$
  select string_agg(tests.by(w, statement), ' ' order by n)
  from unnest('{guest,pupil@tests.example,unsure@tests.example,tutor@tests.example,admin@tests.example}'::text[])
    with ordinality x (w, n)
$$;
select is(tests.each('update public.tutors set notice_minutes = 60, cancel_hours = 2 where true'), '42501 0 0 1 3',
  'their own rules');
select is(tests.each('update public.tutors set email = ''x@y'' where true'), '42501 42501 42501 42501 42501',
  'nobody''s address');
select is(tests.each('update public.tutor_hours set closes_at = ''13:00'' where true'), '42501 0 0 1 2', 'hours');
select is(tests.each('update public.tutor_exceptions set note = ''x'' where true'), '42501 0 0 1 2', 'exceptions');
select is(tests.each('select * from public.tutor_exceptions'), '42501 0 0 1 2', 'which strangers do not read');
select is(tests.each('select cancel_hours, time_zone from public.tutors'), '3 3 3 3 3', 'rules everybody reads');
create function tests.adds(tutor text) returns text language sql as $$
  select tests.each(format($s$ insert into public.tutor_exceptions (tutor_id, kind, first_day) values (%L, 'off',
    '2027-02-02') $s$, (select t.id from public.tutors t where t.email = tutor)))
$$;
select is(tests.adds('tutor@tests.example'), '42501 42501 42501 1 1', 'a tutor takes days off');
select is(tests.adds('other@tests.example'), '42501 42501 42501 42501 1', 'and no other''s');
select is(tests.adds('unsure@tests.example'), '42501 42501 42501 42501 1', 'an address is to be confirmed');
select is(tests.by('tutor@tests.example', format('update public.tutor_hours set tutor_id = %L where true',
  (select t.id from public.tutors t where t.email = 'other@tests.example'))), '42501', 'hours are not given away');
select is(tests.by('tutor@tests.example', format('insert into public.tutor_hours (tutor_id, weekday, opens_at, '
  'closes_at) values (%L, 2, ''09:00'', ''10:00'')', (select t.id from public.tutors t
  where t.email = 'tutor@tests.example'))), '1', 'hours without a time zone are on the tutor''s clock');
select is(tests.each('delete from public.tutor_hours where true'), '42501 0 0 2 1', 'hours are removed');
select is(tests.each('delete from public.tutor_exceptions where true'), '42501 0 0 3 3', 'and exceptions');
select is(tests.each('insert into public.tutors (email) values (''new@tests.example'')'),
  '42501 42501 42501 42501 42501', 'nobody adds a tutor but by a product');

select * from finish();
rollback;
