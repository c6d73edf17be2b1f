begin;
select plan(1);

-- Whoever reads auth.users.email asks whether its owner confirmed it, in the same statement's function.
select is_empty(
  $$ select tests.signature_of(f) from tests.our_functions() f join pg_proc p on p.oid = f
     where p.prosrc ~ 'auth\.users' and p.prosrc ~ '\mu\.email\M' and p.prosrc !~ 'email_confirmed_at is not null' $$,
  'no function takes an unconfirmed address for its account''s'
);

select * from finish();
rollback;
