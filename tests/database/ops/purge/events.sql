begin;
select plan(2);

select tests.a_quiet_outbox();
select tests.a_product('chair');
select tests.a_checkout('c');
select tests.receive_events(
  tests.an_event('applied', tests.fact_captured('pi_1', 'c')), tests.an_event('ignored'), tests.an_event('referred to'),
  tests.an_event('failed'),
  tests.an_event('parked', tests.fact_dispute('dp_1', 'pi_unknown', 'open')), tests.unconfirmed('asked about')
);
select pg_sleep(0.002); -- so that its id is later
select tests.receive_events(tests.an_event('new'));
update inbox.events set received_at = now() - interval '401 days' where provider = 'tests'
  and provider_event_id <> 'new';
update inbox.events set status = 'failed', error = 'x' where id = (tests.the_event('failed')).id;
update inbox.events set next_attempt_at = now() where id = (tests.the_event('asked about')).id;
delete from outbox.messages;
insert into outbox.messages (type, record_key, event_id) select 'a', 'b', (tests.the_event('referred to')).id;

select is(ops.purge('events', 100), 2, 'applied and ignored ones are deleted after 400 days');
select is(
  (select array_agg(e.provider_event_id order by e.provider_event_id) from inbox.events e where e.provider = 'tests'),
  '{"asked about",failed,new,parked,"referred to"}', 'those that a message refers to, or that are not settled, stay'
);

select * from finish();
rollback;
