begin;
select plan(4);

create function tests.a_row(ref text, email text, fields jsonb) returns text language sql as $$
  select
    format('insert into public.form_submissions (provider, provider_ref, form, email, fields) values (''make'', %L, '
      '''contact'', %L, %L)', ref, email, fields)
$$;
select lives_ok(tests.a_row('f1', 'a@x', '{"message": "Hello"}'), 'it has fields');
select tests.is_refused(tests.a_row('f1', 'a@x', '{}'), 'a_form_is_submitted_once', 'comes once');
select tests.is_refused(tests.a_row('f2', 'A@x', '{}'), 'an_address_is_lower_case',
  'an address is lower case');
select tests.is_refused(tests.a_row('f2', 'a@x', '[]'), 'fields_have_names', 'and with names');

select * from finish();
rollback;
