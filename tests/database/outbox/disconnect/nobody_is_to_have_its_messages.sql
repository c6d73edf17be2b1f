begin;
select plan(4);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_destination('tests_b');
select tests.a_delivery('one');
select tests.a_delivery('two', destination => 'tests_b');
insert into outbox.routes (destination, message_type, table_name, operations)
values ('tests_a', 'form.submitted', 'public.form_submissions', '{INSERT}');
select is(outbox.disconnect('tests_a', 'we have no warehouse'), 1::bigint, 'what waited is cancelled');
select is((tests.the_delivery('two', 'tests_b')).status, 'pending', 'of that destination only');
select is((select enabled from outbox.routes where destination = 'tests_a'), false, 'and nothing more is written');
select is(tests.refusal($$ select outbox.disconnect('nobody', 'x') $$), 'P0002', 'one that is not here');

select * from finish();
rollback;
