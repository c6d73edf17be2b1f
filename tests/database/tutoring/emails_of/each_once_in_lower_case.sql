begin;
select plan(2);

select is(
  tutoring.emails_of('[{"name": "B", "email": "B@tests.example"}, {"name": null, "email": "a@tests.example"}, '
    '{"email": "b@tests.example"}, {"email": null}, {"email": ""}, {}]'),
  '{a@tests.example,b@tests.example}', 'what is no address is left out'
);
select is(tutoring.emails_of('[]'), '{}', 'nobody has none');

select * from finish();
rollback;
