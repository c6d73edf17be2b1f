begin;
select plan(3);

delete from ops.audits;
insert into ops.audits (id, started_at, finished_at, ran_by, found, findings)
select ops.uuid7_at(now() - age), now() - age, now() - age, who, found, case found when 0 then '[]' else '[{}]'
  end::jsonb from (values
  (interval '31 days', 'clean, old', 0), ('29 days', 'clean', 0), ('401 days', 'found, old', 1),
    ('399 days', 'found', 1)
) v (age, who, found);

select is(ops.purge('audits', 100), 1, 'one without findings is deleted after 30 days');
select is(ops.purge('audits that found', 100), 1, 'one with findings after 400');
select is((select array_agg(a.ran_by order by a.ran_by) from ops.audits a), '{clean,found}', 'not sooner');

select * from finish();
rollback;
