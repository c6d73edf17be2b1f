begin;
select plan(1);

select tests.create_user('amina@tests.example');
select tests.receive(tests.fact_captured('pi_1') || tests.buying_credits(50) || '{"email": "amina@tests.example"}',
  tests.fact_captured('pi_2') || tests.buying_credits(20));
select tests.receive(tests.fact_refund('re_1', 'pi_1', 1000));

select is(
  (select array_agg(m.payload -> 'record' ->> 'credits' order by (m.payload -> 'record' ->> 'credits')::integer desc)
   from realtime.messages m where m.topic = 'user:' || tests.user_id('amina@tests.example') and m.event = 'INSERT'
   and m.payload ->> 'table' = 'credit_ledger'),
  '{50,-50}', 'of bought and of refunded credits; not of another''s'
);

select * from finish();
rollback;
