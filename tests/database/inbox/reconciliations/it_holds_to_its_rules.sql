begin;
select plan(5);

select tests.a_provider();
create function tests.a_run(but jsonb) returns text language sql as $$
  select
    format('insert into inbox.reconciliations select * from jsonb_populate_record(null::inbox.reconciliations, %L)',
      jsonb_build_object(
    'id', ops.uuid7(), 'provider', 'tests', 'since', now() - interval '1 day', 'until', now(), 'looked_at', 0, 'missed',
    0, 'healed', 0, 'tries', 0,
    'started_at', now()
  ) || but)
$$;
select lives_ok(tests.a_run('{}'), 'a plain run is accepted');
select tests.is_refused(tests.a_run('{"provider": "nobody"}'), 'a_reconciliation_asks_a_provider',
  'it is about a provider');
select tests.is_refused(tests.a_run('{"until": "2020-01-01"}'), 'it_looks_forward', 'its period is not reversed');
select tests.is_refused(tests.a_run('{"missed": 1, "healed": 2}'), 'no_more_is_healed_than_was_missed',
  'no more is healed than was missed');
select tests.is_refused(tests.a_run('{"healed": -1}'), 'no_more_is_healed_than_was_missed', 'nor less than 0');

select * from finish();
rollback;
