begin;
select plan(3);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a', breaker_after => 1);
create temporary table waits (probe integer, seconds integer);
do $$
begin
  for probe in 0 .. 12 loop
    perform outbox.update_breaker('tests_a', 0, 1, '500', null);
    insert into waits select probe, tests.the_hold();
    perform tests.hold_passes();
  end loop;
end
$$;

select results_eq('select w.seconds from waits w order by w.probe limit 7',
  'values (10), (20), (40), (80), (160), (300), (300)', 'up to five minutes');
select is((select max(w.seconds) from waits w), 300, 'and never longer');
select is((tests.the_destination('tests_a')).failures, 13, 'the failed probes are counted');

select * from finish();
rollback;
