begin;
select plan(2);

select tests.a_session('lesson');
select tests.receive(tests.fact_meeting('rec_1'));
select is(
  tutoring.recap_details((tests.the_recap('rec_1')).id),
  '{"audience": [
    {"role": "tutor", "name": "Tutor", "email": "tutor@tests.example", "user_id": null},
    {"role": "student", "name": "Student", "email": "student@tests.example", "user_id": null}
  ], "write_to": ["tutor@tests.example", "student@tests.example"]}',
  'tutor and student'
);
select tests.receive(tests.fact_meeting('rec_2', '{}') || '{"people": []}');
select is(tutoring.recap_details((tests.the_recap('rec_2')).id), '{"audience": [], "write_to": []}',
  'an empty list without anybody');

select * from finish();
rollback;
