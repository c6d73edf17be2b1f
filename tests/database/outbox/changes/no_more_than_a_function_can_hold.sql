begin;
select plan(3);
select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select outbox.write_message(n, 'things/' || n, json_build_object('type', n, 'data', repeat('x', size))::text, null,
  '{tests_a}')
from (values ('small', 10), ('large', 5000000), ('next', 10)) as t (n, size);

select is(tests.next_changes(), 'small …', 'too much text waits for the next page');
select is(tests.next_changes(), 'large …', 'but a large message is returned alone');
select is(tests.next_changes(), 'next', 'and blocks nothing');

select * from finish();
rollback;
