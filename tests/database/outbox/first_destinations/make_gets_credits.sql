begin;
select plan(3);

create function tests.heard() returns integer[] language sql as $$
  select array_agg((m.payload::jsonb -> 'data' ->> 'credits')::integer order by m.sequence) from outbox.messages m
    join outbox.deliveries d on d.message_id = m.id
  where d.destination = 'make' and m.type = 'credits.changed' and m.payload::jsonb -> 'data' ->> 'provider' = 'tests'
$$;
select tests.receive(tests.fact_captured('pi_1') || tests.buying_credits(50));
select is(tests.heard(), '{50}', 'they were bought');
select tests.receive(tests.fact_captured('pi_1') || tests.buying_credits(50));
select is(tests.heard(), '{50}', 'once');
select tests.receive(tests.fact_refund('re_1', 'pi_1', 1000));
select is(tests.heard(), '{50,-50}', 'and given back');

select * from finish();
rollback;
