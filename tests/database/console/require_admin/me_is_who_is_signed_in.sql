begin;
select plan(1);

select tests.an_admin('admin@tests.example');
update public.profiles p set name = 'Ada' where p.user_id = tests.user_id('admin@tests.example');
select tests.authenticate_as('admin@tests.example');
select is(console.me(), '{"email": "admin@tests.example", "name": "Ada"}', 'with address and name');

select * from finish();
rollback;
