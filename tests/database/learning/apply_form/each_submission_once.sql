begin;
select plan(3);

select is(tests.receive(tests.fact_form('f_1', '{"level": "B1", "days": ["mo", "we"]}')), 'applied',
  'a form is stored');
select is(tests.receive(tests.fact_form('f_1', '{"level": "C2"}')), 'applied', 'received again it raises no error');
select results_eq(
  $$ select f.form || ' ' || f.email || ' ' || f.name || ' ' || f.fields from public.form_submissions f
  where f.provider = 'tests' $$,
  array['waiting list amina@tests.example Amina {"days": ["mo", "we"], "level": "B1"}'],
    'and is stored once, with its first values'
);

select * from finish();
rollback;
