begin;
select plan(8);

select tests.a_session('lesson');
create function tests.a_row(columns text, vals text) returns text language sql as $$
  select format('insert into public.tutoring_session_changes (tutoring_session_id, number, from_starts_at, late, %s)
    values (tests.id(''lesson''), 1, now(), false, %s)', columns, vals)
$$;
select tests.is_refused(tests.a_row('kind, changed_as', $$ 'rescheduled', 'tutor' $$), 'a_session_is_moved_to_a_time',
  'moved to a time');
select tests.is_refused(tests.a_row('kind, changed_as', $$ 'cancelled', 'tutor' $$),
  'a_cancellation_says_what_is_refunded', 'cancelled with a word about money');
select tests.is_refused(tests.a_row('kind, changed_as, refund', $$ 'cancelled', 'tutor', 'requested' $$),
  'a_refund_has_an_amount', 'and an amount');
select tests.is_refused(tests.a_row('kind, changed_as, refund', $$ 'cancelled', 'admin', 'none' $$),
  'an_admin_says_why', 'an admin says why');
select tests.is_refused(tests.a_row('kind, changed_as, refund, key', $$ 'cancelled', 'tutor', 'none', '' $$),
  'a_key_is_1_to_200_characters', 'a key is something');
select lives_ok(tests.a_row('kind, changed_as, refund, key', $$ 'cancelled', 'tutor', 'none', 'k' $$),
  'a cancellation');
select tests.is_refused(tests.a_row('kind, changed_as, refund', $$ 'cancelled', 'tutor', 'none' $$),
  'changes_of_a_session_are_numbered', 'changes are numbered');
select tests.is_refused(replace(tests.a_row('kind, changed_as, refund, key', $$ 'cancelled', 'tutor', 'none', 'k' $$),
  ', 1, now()', ', 2, now()'), 'a_key_is_used_once_for_a_session', 'a key is used once');

select * from finish();
rollback;
