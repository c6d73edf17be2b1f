begin;
select plan(1);

select is_empty(
  $$ select tests.signature_of(f) from tests.our_functions() f
  where not coalesce((select p.proconfig && array['search_path=""'] from pg_proc p where p.oid = f), false) $$,
  'so that no object of another role can take the place of one that a function calls'
);

select * from finish();
rollback;
