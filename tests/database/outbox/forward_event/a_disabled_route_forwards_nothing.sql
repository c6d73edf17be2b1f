begin;
select plan(1);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
insert into outbox.routes (destination, provider, event_types, enabled)
  values ('tests_a', 'tests', '{something.happened}', false);
select tests.receive_events(tests.an_event('evt_1'));

select is_empty($$ select 1 from outbox.deliveries $$, 'nothing');

select * from finish();
rollback;
