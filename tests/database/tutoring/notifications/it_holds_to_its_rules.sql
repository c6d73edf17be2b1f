begin;
select plan(5);

select tests.create_user('student@tests.example');
select tests.receive(tests.fact_meeting('rec_1') || tests.a_summary());
create function tests.a_row(kind text, recap uuid) returns text language sql as $$
  select format('insert into public.notifications (user_id, kind, title, session_recap_id) values (%L, %L, %L, %L)',
    tests.user_id('student@tests.example'), kind, 'x', recap)
$$;
select tests.is_refused(tests.a_row('recap_ready', (tests.the_recap('rec_1')).id),
  'somebody_is_notified_of_a_recap_once', 'once per recap');
select tests.is_refused(tests.a_row('recap_ready', gen_random_uuid()), 'a_notification_is_of_a_recap',
  'of a recap that exists');
select tests.is_refused(tests.a_row('Recap', null), 'a_kind_is_lower_case', 'a kind is an identifier');
select lives_ok(tests.a_row('something_else', null), 'one without a recap');
select lives_ok(tests.a_row('something_else', null), 'may be repeated');

select * from finish();
rollback;
