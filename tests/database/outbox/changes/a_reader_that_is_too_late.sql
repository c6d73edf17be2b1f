begin;
select plan(8);
select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_delivery(n) from unnest('{one,two,three,four}'::text[]) n;

select is(tests.next_changes(1), 'one …', 'a reader has read one message');
delete from outbox.messages m where m.id = (tests.the_delivery('one')).message_id;
select is(tests.next_changes(1), 'two …', 'messages that were read may be deleted');
delete from outbox.messages m where m.id = (tests.the_delivery('three')).message_id;
select is(tests.next_changes(), 'gone', 'deleted messages that were not read are reported');
select tests.a_delivery('five');
select is(tests.next_changes(), 'five', 'with the cursor to continue from');

select set_config('tests.cursor_tests_a', '', true);
select is(tests.next_changes(), 'four five', 'a reader without a cursor starts after the deleted messages');
select tests.a_delivery('six');
delete from outbox.messages m where m.id = (tests.the_delivery('six')).message_id;
select is(tests.next_changes(), 'gone', 'a message deleted before any reader saw it is reported as well');
select set_config('tests.cursor_tests_a', '99.000000000000', true);
select is(tests.next_changes(), 'gone', 'a cursor beyond the end is of another feed');
select set_config('tests.cursor_tests_a', '5.000000000000', true);
select is(tests.next_changes(), 'gone',
  'so is one whose message differs: the database was restored from a backup');

select * from finish();
rollback;
