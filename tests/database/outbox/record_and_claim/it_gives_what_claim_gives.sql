begin;
select plan(1);

select tests.a_quiet_outbox();
select results_eq(
  $$ select p.proargnames[5:], p.proallargtypes[5:] from pg_proc p
  where p.oid = 'outbox.record_and_claim(uuid, jsonb, integer, bigint)'::regprocedure $$,
  $$ select p.proargnames[4:], p.proallargtypes[4:] from pg_proc p
    where p.oid = 'outbox.claim(uuid, integer, bigint)'::regprocedure $$,
  'column by column, in the same order'
);

select * from finish();
rollback;
