begin;
select plan(6);
select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_destination('tests_b');
select tests.a_delivery(n) from unnest('{one,two,three}'::text[]) n;
select tests.a_delivery('other', destination => 'tests_b');

select is(tests.next_changes(2), 'one two …', 'as many as requested, in order');
select is(tests.next_changes(2), 'three', 'then the rest');
select is(tests.next_changes(), '', 'then nothing');
select tests.a_delivery('four');
select is(tests.next_changes(), 'four', 'until there is a new one');
select is(tests.next_changes(destination => 'tests_b'), 'other', 'each destination has its own');
select set_config('tests.cursor_tests_a', '', true);
select is(tests.next_changes(), 'one two three four', 'and all from the beginning without a cursor');

select * from finish();
rollback;
