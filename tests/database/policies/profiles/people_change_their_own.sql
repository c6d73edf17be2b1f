begin;
select plan(5);

select tests.create_user('student@tests.example'), tests.create_user('mate@tests.example');
select tests.an_admin('admin@tests.example');
select tests.a_course('maths', instructor => 'instructor@tests.example');
select tests.enrol('maths', 'student@tests.example'), tests.enrol('maths', 'mate@tests.example');
create function tests.renames(who text) returns text language sql as $$
  select tests.by(who, format('update public.profiles set name = ''x'' where user_id = %L',
    tests.user_id('student@tests.example')))
$$;
select is(tests.renames('student@tests.example'), '1', 'the account itself');
select is(tests.renames('mate@tests.example') || tests.renames('instructor@tests.example'), '00', 'no other');
select is(tests.renames('admin@tests.example'), '1', 'an admin');
select is(tests.by('student@tests.example', format('insert into public.profiles (user_id) values (%L)',
  gen_random_uuid())),
  '42501', 'nobody adds one');
select is(tests.by('student@tests.example', 'delete from public.profiles where true'), '42501', 'nor deletes one');

select * from finish();
rollback;
