begin;
select plan(2);
select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select outbox.write_message('later', 'things/1', '{"type":"later"}', null, '{tests_a}', 1000000002);
select outbox.write_message('earlier', 'things/1', '{"type":"earlier"}', null, '{tests_a}', 1000000001);

select is(tests.next_changes(), 'earlier later', 'in the order of sequence within one run');
select outbox.write_message('late', 'things/2', '{"type":"late"}', null, '{tests_a}', 1000000000);
select is(tests.next_changes(), 'late', 'one that is seen later comes later, whatever its sequence is');

select * from finish();
rollback;
