begin;
select plan(4);

create function tests.a_row(app text, message text, details jsonb) returns text language sql as $$
  select format('insert into public.error_reports (app, message, details) values (%L, %L, %L)', app, message, details)
$$;
select tests.is_refused(tests.a_row(' ', 'x', null), 'an_app_is_not_blank', 'it names the app');
select tests.is_refused(tests.a_row('app', ' ', null), 'a_message_is_not_blank', 'and what');
select tests.is_refused(tests.a_row('app', 'x', to_jsonb(repeat('x', 20480))), 'details_are_at_most_20_kb',
  'details are at most 20 kB');
select lives_ok(tests.a_row('app', 'x', to_jsonb(repeat('x', 20478))), 'up to 20 kB of details');

select * from finish();
rollback;
