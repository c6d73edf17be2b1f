begin;
select plan(3);

select tests.create_user('amina@tests.example');
select tests.create_user('ben@tests.example');
select tests.receive(
  tests.fact_membership('sub_a', 'active') || '{"email": "amina@tests.example"}',
  tests.fact_membership('sub_b', 'active') || '{"email": "ben@tests.example"}', tests.fact_membership('sub_c', 'active')
);
select tests.authenticate_as('amina@tests.example');

select results_eq($$ select m.provider_ref from public.memberships m $$, $$ values ('sub_a') $$,
  'neither another''s nor nobody''s');
select throws_ok($$ update public.memberships set status = 'active' $$, '42501', null, 'and change nothing');
select tests.as_owner();
select tests.as_anon();
select throws_ok($$ select 1 from public.memberships $$, '42501', null, 'without an account none at all');

select * from finish();
rollback;
