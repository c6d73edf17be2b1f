begin;
select plan(2);

-- An event that waited for a day must not be dead after its first failure.
select tests.receive_events(tests.an_event('evt_refund', tests.fact_refund('re_1', 'pi_1', 5000)));
do $$
begin
  for hour in 1 .. 24 loop
    perform tests.time_passes('evt_refund', '1 hour');
    perform inbox.retry_due();
  end loop;
end
$$;
select is((tests.the_event('evt_refund')).status, 'parked', 'it waited for a day');

select tests.receive(tests.fact_captured('pi_1'));
select is((tests.the_event('evt_refund')).status, 'failed',
  'its payment is captured, and it fails for the first time: it is retried');

select * from finish();
rollback;
