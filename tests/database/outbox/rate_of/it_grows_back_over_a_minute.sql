begin;
select plan(6);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a', max_per_second => 50);
create function tests.rate_after(seconds integer) returns numeric language plpgsql as $$
begin
  update outbox.destinations set recovering_since = clock_timestamp() - make_interval(secs => seconds)
    where name = 'tests_a';
  return round(outbox.rate_of(tests.the_destination('tests_a')), 1);
end
$$;

select is(outbox.rate_of(tests.the_destination('tests_a')), 50::numeric, 'one that was never down has its full rate');
select is(tests.rate_after(0), 5.0, 'one that has just recovered has a tenth');
select is(tests.rate_after(6), 5.0, 'which is the minimum');
select is(tests.rate_after(30), 25.0, 'half of it after half a minute');
select is(tests.rate_after(60), 50.0, 'all of it after a minute');
select is(tests.rate_after(86400), 50.0, 'and from then on');

select * from finish();
rollback;
