begin;
select plan(3);

select tests.an_admin('admin@tests.example');
select tests.create_user('amina@tests.example');
select is(tests.by('amina@tests.example', 'insert into public.admins (user_id) values (auth.uid())'), '42501',
  'nobody becomes an admin by an insert');
select is(tests.by('admin@tests.example', 'insert into public.admins (user_id) values (gen_random_uuid())'), '42501',
  'nor do admins make others');
select is(tests.by('service_role', 'insert into public.admins (user_id) values (gen_random_uuid())'), '42501',
  'nor does the service key');

select * from finish();
rollback;
