begin;
select plan(1);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
insert into outbox.routes (destination, provider, event_types) values ('tests_a', 'tests', '{something.happened}');
select tests.receive_events(tests.an_event('evt_1', tests.fact_refund('re_1', 'pi_1', 1)),
  tests.an_event('evt_1', tests.fact_refund('re_1', 'pi_1', 1)));
select tests.receive_events(tests.an_event('evt_1', tests.fact_refund('re_1', 'pi_1', 1)));
select inbox.retry((tests.the_event('evt_1')).id);
select tests.receive(tests.fact_captured('pi_1'));

select is(
  (select count(*)::integer from outbox.messages m where m.event_id = (tests.the_event('evt_1')).id
    and m.payload is null), 1,
  'neither a copy nor a retry is forwarded again'
);

select * from finish();
rollback;
