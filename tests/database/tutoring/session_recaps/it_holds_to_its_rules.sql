begin;
select plan(5);

select tests.receive(tests.fact_meeting('rec_1'));
create function tests.a_row(ref text, more_columns text, more_values text) returns text language sql as $$
  select format(
    'insert into public.session_recaps (provider, provider_ref, title, started_at, details_as_of, '
    'details_as_of_event%s) values (''tests'', %L, ''x'', now(), now(), ''e''%s)',
    ', ' || more_columns, ref, ', ' || more_values
  )
$$;
select tests.is_refused(tests.a_row('rec_1', 'people', '''[]'''), 'a_provider_names_a_recording_once',
  'a provider names a recording once');
select tests.is_refused(tests.a_row('rec_2', 'people, tutoring_session_id', '''[]'', gen_random_uuid()'),
  'a_recap_is_of_a_session', 'a session there is');
select tests.is_refused(tests.a_row('rec_2', 'people, action_items', '''[]'', ''{}'''), 'action_items_are_a_list',
  'action items are a list');
select tests.is_refused(tests.a_row('rec_2', 'people, action_items', '''[]'', ''[]'''), 'action_items_say_as_of_when',
  'with the time they are from');
select tests.is_refused(tests.a_row('rec_2', 'people, summary_markdown', '''[]'', ''x'''), 'a_summary_says_as_of_when',
  'so does a summary');

select * from finish();
rollback;
