begin;
select plan(2);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
insert into outbox.routes (destination, provider, event_types) values ('tests_a', 'tests', '{something.happened}');
select tests.receive_events(tests.an_event('evt_1', tests.fact_captured('pi_1')) || '{"trust": "unconfirmed"}');
select is_empty($$ select 1 from outbox.deliveries $$, 'an unconfirmed event is not forwarded');
select tests.receive_events(tests.an_event('evt_1', tests.fact_captured('pi_1')) || '{"trust": "confirmed"}');

select is((select count(*)::integer from outbox.deliveries), 1, 'once confirmed it is forwarded');

select * from finish();
rollback;
