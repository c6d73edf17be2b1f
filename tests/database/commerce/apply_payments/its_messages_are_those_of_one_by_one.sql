begin;
select plan(2);

select tests.a_product('chair', 1000, 5);
select tests.a_product('lamp', 500, 5);
select tests.a_checkout('one', '{"chair": 1, "lamp": 1}');
select tests.a_checkout('two', '{"lamp": 2}');
create function tests.what_was_written() returns text language sql stable as $$
  select string_agg(format('%s %s to %s %s', m.type,
    regexp_replace(m.payload,
      '"(id|sequence|timestamp|number|order_number|payment_id|created_at|updated_at)" ?: ?[^,}]*', '', 'g'),
    d.destination, d.priority), E'\n'
    order by m.type, m.payload::jsonb -> 'data' ->> 'checkout_session_id', d.id)
  from outbox.messages m join outbox.deliveries d on d.message_id = m.id where m.event_id is not null
$$;
create temporary table written (how text, what text);
do $$
declare
  v_events jsonb[] := array[
    tests.an_event('evt_1', tests.fact_captured('pi_1', 'one', 1500)),
    tests.an_event('evt_2', tests.fact_captured('pi_2', 'two', 1000))
  ];
  v_what text;
begin
  for together in 0 .. 1 loop
    begin
      if together = 1 then
        perform tests.receive_events(variadic v_events);
      else
        perform tests.receive_events(e) from unnest(v_events) e;
      end if;
      v_what := tests.what_was_written();
      raise exception using errcode = 'TS001';
    exception when sqlstate 'TS001' then
      insert into written values (together::text, v_what);
    end;
  end loop;
end
$$;

select is((select what from written where how = '1'), (select what from written where how = '0'),
  'the same types, contents, destinations and priorities');
select matches((select what from written where how = '1'), '"sku": "lamp"', 'with the items of their orders');

select * from finish();
rollback;
