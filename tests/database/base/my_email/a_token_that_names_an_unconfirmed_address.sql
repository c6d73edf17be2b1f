begin;
select plan(6);

select tests.create_user('amina@tests.example'), tests.create_user('ben@tests.example', confirmed => false);
create function tests.is_asked(sub uuid, email text) returns text language plpgsql as $$
begin
  perform set_config('request.jwt.claims', json_build_object('sub', sub, 'role', 'authenticated', 'email', email)::text,
    true);
  perform set_config('request.jwt.claim.sub', sub::text, true);
  return ops.my_email();
end
$$;
select is(tests.is_asked(tests.user_id('amina@tests.example'), 'amina@tests.example'), 'amina@tests.example',
  'a confirmed address is');
select is(tests.is_asked(tests.user_id('ben@tests.example'), 'ben@tests.example'), null,
  'an unconfirmed one is not, whatever the token says');
select is(tests.is_asked(tests.user_id('amina@tests.example'), 'ben@tests.example'), 'amina@tests.example',
  'nor is another address in the token');
select is(tests.is_asked(gen_random_uuid(), 'amina@tests.example'), null, 'nor that of another account');

-- Nothing in our schemas reads an address from a token.
select is_empty(
  $$ select tests.signature_of(f) from tests.our_functions() f join pg_proc p on p.oid = f
     where p.prosrc ~ 'auth\.email\(\)|auth\.jwt\(\)|request\.jwt\.claims'
       -- It only sets them: what a job does is a decision of the admin who started it.
       and f <> 'console.step(uuid, integer)'::regprocedure $$,
  'no function reads an address from a token'
);
select is_empty(
  $$ select tests.name_of(p.polrelid) || ': ' || p.polname from pg_policy p
     where concat(pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))
       ~ 'auth\.email\(\)|auth\.jwt\(\)' $$,
  'nor does a policy'
);

select * from finish();
rollback;
