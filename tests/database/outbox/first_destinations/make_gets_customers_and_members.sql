begin;
select plan(5);

create function tests.heard(event text) returns text[] language sql as $$
  select array_agg(m.type order by m.type) from outbox.messages m join outbox.deliveries d on d.message_id = m.id
  where d.destination = 'make' and m.event_id = (tests.the_event(event)).id
$$;
select tests.receive_events(tests.an_event('evt_1', tests.fact_customer('cus_1', 'amina@tests.example')));
select is(tests.heard('evt_1'), '{customer.created}', 'a new customer');
select tests.receive_events(tests.an_event('evt_2', tests.fact_customer('cus_1', 'ben@tests.example', at => 1)));
select is(tests.heard('evt_2'), '{customer.changed}', 'a customer who changed');
select tests.receive_events(tests.an_event('evt_3', tests.fact_membership('sub_1', 'trialing')));
select is(tests.heard('evt_3'), '{membership.created}', 'a new member');
select tests.receive_events(tests.an_event('evt_4', tests.fact_membership('sub_1', 'active', at => 1)));
select is(tests.heard('evt_4'), '{membership.changed}', 'a member whose status changed');
select tests.receive_events(tests.an_event('evt_5', tests.fact_membership('sub_1', 'active', at => 2)));
select is(tests.heard('evt_5'), null, 'a renewal alone writes no message');

select * from finish();
rollback;
