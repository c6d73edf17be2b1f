begin;
select plan(1);

select tests.create_user('amina@tests.example');
select tests.create_user('ben@tests.example');
select tests.create_user('carl@tests.example', false);
select tests.create_user('dora@tests.example');
select tests.receive(tests.fact_meeting('rec_1',
  '{amina@tests.example,Ben@tests.example,carl@tests.example,guest@tests.example}') || tests.a_summary());

select is(tests.notified('rec_1'), 'amina@tests.example ben@tests.example', 'all who have confirmed their address');

select * from finish();
rollback;
