begin;
select plan(2);

-- Whoever reads auth.users.email asks whether its owner confirmed it, in the same statement's function.
select is_empty(
  $$ select tests.signature_of(f) from tests.our_functions() f join pg_proc p on p.oid = f
     where p.prosrc ~ 'auth\.users' and p.prosrc ~ '\mu\.email\M' and p.prosrc !~ 'email_confirmed_at is not null' $$,
  'no function takes an unconfirmed address for its account''s'
);

select is_empty(
  $$ select p.polname, p.polrelid::regclass from pg_policy p
     where concat(pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))
       ~ 'auth\.(email|jwt)|jwt\.claim' $$,
  'no policy takes the address that a token names'
);

select * from finish();
rollback;
