begin;
select plan(2);

select is(
  tutoring.emails_of('[{"name": "B", "email": "B@tests.example"}, {"name": null, "email": "a@tests.example"}, '
    '{"email": "b@tests.example"}, {"email": null}, {"email": ""}, {}]'),
  '{a@tests.example,b@tests.example}', 'an invalid address is left out'
);
select is(tutoring.emails_of('[]'), '{}', 'null gives none');

select * from finish();
rollback;
