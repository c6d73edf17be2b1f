begin;
select plan(4);

select tests.create_user('amina@tests.example');
select tests.create_user('unconfirmed@tests.example', false);
select tests.a_course('maths');
select tests.enrol('maths', 'Amina@Tests.example');
select is((tests.the_seat('maths', 'amina@tests.example')).user_id, tests.user_id('amina@tests.example'),
  'the account with the address, in upper or lower case');
select tests.enrol('maths', 'unconfirmed@tests.example');
select is((tests.the_seat('maths', 'unconfirmed@tests.example')).user_id, null,
  'not an account that never confirmed it');
select tests.enrol('maths', 'later@tests.example');
select is((tests.the_seat('maths', 'later@tests.example')).user_id, null, 'a guest''s seat has no account');
select tests.create_user('later@tests.example');
update public.enrollments e set note = 'x' where e.id = (tests.the_seat('maths', 'later@tests.example')).id;
select is((tests.the_seat('maths', 'later@tests.example')).user_id, tests.user_id('later@tests.example'),
  'until there is an account, and the row changes');

select * from finish();
rollback;
