begin;
select plan(1);

select tests.create_user('student@tests.example');
select tests.receive(tests.fact_meeting('rec_1') || tests.a_summary());

select is(
  (select tutoring.notification_details(n.id) from public.notifications n
    where n.session_recap_id = (tests.the_recap('rec_1')).id),
  '{"email": "student@tests.example"}', 'so that a receiver need not ask back'
);

select * from finish();
rollback;
