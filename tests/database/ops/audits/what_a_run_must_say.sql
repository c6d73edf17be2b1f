begin;
select plan(6);

create function tests.an_audit(found integer, findings text, lasts interval default '1 second') returns text
  language sql as $$
  select format('insert into ops.audits (started_at, finished_at, found, findings) values (now(), %L, %s, %L)',
    now() + lasts, found, findings)
$$;
select lives_ok(tests.an_audit(0, '[]'), 'nothing found');
select lives_ok(tests.an_audit(2, '[{}]'), 'not every finding is stored');
select tests.is_refused(tests.an_audit(0, '[{}]'), 'what_was_found_is_kept', 'a stored one was counted');
select tests.is_refused(tests.an_audit(1, '[]'), 'what_was_found_is_kept', 'at least one is stored');
select tests.is_refused(tests.an_audit(1, '{}'), 'findings_are_a_list', 'as a list');
select tests.is_refused(tests.an_audit(0, '[]', '-1 second'), 'an_audit_ends_after_it_began',
  'it ends after it starts');

select * from finish();
rollback;
