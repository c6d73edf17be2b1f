begin;
select plan(2);

select is_empty('select * from ops.audit_consistency()', 'nothing is found');
select results_eq('select a.found, a.findings from ops.audits a order by a.id desc limit 1', $$
  values (0, '[]'::jsonb) $$, 'the run is stored all the same');

select * from finish();
rollback;
