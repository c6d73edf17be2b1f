begin;
select plan(7);

select tests.create_user('student@tests.example'), tests.create_user('other@tests.example');
create function tests.sets(who text, values_ text) returns text language sql as $$
  select tests.by(who, format('insert into public.notification_preferences (kind, in_app, by_email) values (%s)
    on conflict (user_id, kind) do update set kind = excluded.kind, in_app = excluded.in_app,
      by_email = excluded.by_email', values_))
$$;
select is(tests.sets('student@tests.example', $$'recap_ready', true, false$$), '1', 'an account says what it wants');
select is(tests.sets('student@tests.example', $$'recap_ready', false, true$$), '1', 'and says otherwise');
select is((select string_agg(format('%s %s %s', p.kind, p.in_app, p.by_email), ' ')
  from public.notification_preferences p where p.user_id = tests.user_id('student@tests.example')),
  'recap_ready f t', 'the last holds');
select is(tests.by('other@tests.example', 'select 1 from public.notification_preferences'), '0',
  'nobody else reads it');
select is(tests.by('student@tests.example', format('insert into public.notification_preferences (user_id, kind)
  values (%L, %L)', tests.user_id('other@tests.example'), 'recap_ready')), '42501', 'nor sets another''s');
select is(tests.sets('guest', $$'recap_ready', true, false$$), '42501', 'a guest has none');
select is(tests.by('student@tests.example', 'delete from public.notification_preferences'), '1', 'it may be removed');

select * from finish();
rollback;
