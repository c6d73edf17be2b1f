begin;
select plan(5);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a', breaker_after => 5);
update outbox.destinations set max_in_flight = 10 where name = 'tests_a';
select tests.a_delivery('poison' || n) from generate_series(1, 12) n;
select tests.a_delivery('healthy' || n) from generate_series(1, 20) n;
select tests.a_courier('courier');

-- One round of a courier: it claims, and the receiver answers 500 to every poison message and 200 to all others.
create function tests.a_round() returns integer language plpgsql as $$
declare
  v record;
  v_delivered integer := 0;
begin
  update outbox.destinations d set tokens = 50 where d.name = 'tests_a';
  for v in select c.delivery_id, c.attempt, c.type from outbox.claim(tests.id('courier'), 10) c loop
    perform outbox.record(tests.id('courier'), jsonb_build_array(jsonb_build_object(
      'delivery_id', v.delivery_id, 'attempt', v.attempt, 'started_at', clock_timestamp(), 'duration_ms', 1,
      'outcome', case when v.type like 'poison%' then 'retry' else 'delivered' end,
      'status_code', case when v.type like 'poison%' then 500 else 200 end, 'error', '500'
    )));
    v_delivered := v_delivered + (v.type not like 'poison%')::integer;
  end loop;
  return v_delivered;
end
$$;

select is(tests.a_round(), 0, 'the oldest are all poison messages');
select isnt((tests.the_destination('tests_a')).opened_at, null, 'the breaker opens');
select tests.hold_passes();
select is(tests.a_round(), 1, 'its first probe is the newest untried message, which is healthy');
select is((tests.the_destination('tests_a')).opened_at, null, 'that closes it');
select is(tests.a_round() + tests.a_round() + tests.a_round(), 19,
  'and all healthy messages are sent within three rounds');

select * from finish();
rollback;
