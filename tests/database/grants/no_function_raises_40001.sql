begin;
select plan(1);

-- PostgREST repeats a call that ends in serialization_failure: it would be done twice.
select is_empty(
  $$ select tests.signature_of(f) from tests.our_functions() f where pg_get_functiondef(f) ~* '40001|serialization_failure' $$, 'none'
);

select * from finish();
rollback;
