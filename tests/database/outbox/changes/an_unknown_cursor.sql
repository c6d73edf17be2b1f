begin;
select plan(6);
select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_delivery('first');
create function tests.after(cursor text) returns text language sql as $$ select c.outcome
  from outbox.changes('tests_a', after.cursor, 10) c $$;
select is(tests.after('x'), 'malformed', 'words');
select is(tests.after(''), 'malformed', 'nothing');
select is(tests.after('1'), 'malformed', 'a bare number');
select is(tests.after('9999999999999999999.000000000000'), 'malformed', 'a position beyond bigint');
select is(tests.after(E'1.000000000000\n'), 'malformed', 'one with something after it');
select is((select c.outcome from outbox.changes('tests_nobody', null, 10) c), 'unknown', 'an unknown destination');

select * from finish();
rollback;
