begin;
select plan(1);

select tests.create_user('amina@tests.example');
select tests.receive(tests.fact_membership('sub_1', 'trialing') || '{"email": "amina@tests.example"}',
  tests.fact_membership('sub_2', 'active'));
select tests.receive(tests.fact_membership('sub_1', 'active', at => 1) || '{"email": "amina@tests.example"}');

select results_eq(
  $$ select m.event, m.payload ->> 'table', m.payload -> 'record' ->> 'status' from realtime.messages m
  where m.topic = 'user:' || tests.user_id('amina@tests.example') order by m.event $$,
  $$ values ('INSERT', 'memberships', 'trialing'), ('UPDATE', 'memberships', 'active') $$,
    'of a new membership, and of its changes; not of another''s'
);

select * from finish();
rollback;
