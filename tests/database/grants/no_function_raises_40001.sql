begin;
select plan(1);

-- PostgREST repeats a call that ends in serialization_failure: it would be done twice.
select is_empty(
  $$ select tests.signature_of(p.oid) from pg_proc p
     where p.oid in (select tests.our_functions()) and concat(p.prosrc, pg_get_function_sqlbody(p.oid)) ~*
     '40001|serialization_failure' $$, 'none'
);

select * from finish();
rollback;
