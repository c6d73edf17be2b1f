-- Nothing is changed. select * from ops.audit_consistency() keeps the result.
select * from ops.inconsistencies;
select name, problem, last_run_at from ops.job_states();
