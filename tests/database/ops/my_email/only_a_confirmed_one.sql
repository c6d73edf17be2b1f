begin;
select plan(4);

select tests.create_user('amina@tests.example');
select tests.create_user('ben@tests.example', false);
-- As a policy calls it: the view is owned by the owner, and read by others.
create temporary view who as select ops.my_email() as email;
grant select on who to authenticated;
select is((select w.email from who w), null, 'nobody asks');
select tests.authenticate_as('amina@tests.example');
select is((select w.email from who w), 'amina@tests.example', 'who asks');
select throws_ok($$ select ops.my_email() $$, '42501', null, 'outside of policies it cannot be called');
select tests.as_owner();
select tests.authenticate_as('ben@tests.example');
select is((select w.email from who w), null, 'an unconfirmed address could be anybody''s');

select * from finish();
rollback;
