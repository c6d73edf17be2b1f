begin;
select plan(4);

create function pg_temp.latest(variadic facts jsonb[]) returns text language sql stable as $$
  select (l.latest ->> 'name') || case when l.decided then '' else ', undecided' end
  from inbox.latest_of(to_jsonb(facts)) l
$$;

select is(pg_temp.latest('{"name": "ends", "active": false, "is_last": true}', '{"name": "z", "active": true}'), 'ends',
  'an event that nothing follows');
select is(pg_temp.latest('{"name": "ends", "status": "cancelled"}', '{"name": "z", "status": "past_due"}'), 'ends',
  'a final status');
select is(pg_temp.latest('{"name": "later", "status": "active", "current_period_end": "2026-03-01"}',
  '{"name": "z", "status": "active", "current_period_end": "2026-02-01"}'), 'later', 'periods go forward');
select is(pg_temp.latest('{"name": "won", "status": "won"}', '{"name": "lost", "status": "lost"}'), 'won, undecided',
  'two final ones: nobody knows');

select * from finish();
rollback;
