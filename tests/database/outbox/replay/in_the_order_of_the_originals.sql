begin;
select plan(3);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_settled('a1', 'delivered', '1 hour', about => 'things/a'),
  tests.a_settled('b1', 'delivered', '1 hour', about => 'things/b');
select tests.a_settled('a2', 'delivered', '1 hour', about => 'things/a'),
  tests.a_settled('b2', 'delivered', '1 hour', about => 'things/b');
select outbox.replay('tests_a', '{"everything": true}', 'once more');
select tests.a_courier('courier');

select is(
  (select array_agg(m.type order by d.id) from outbox.deliveries d join outbox.messages m on m.id = d.message_id
    where m.replay_id is not null), '{a1,b1,a2,b2}', 'in their order'
);
select is(tests.claim('courier'), 'a1 b1', 'those of one record one after the other');
select outbox.record(tests.id('courier'),
  jsonb_agg(jsonb_build_object('delivery_id', d.id, 'attempt', 1, 'outcome', 'delivered', 'started_at', now())))
from outbox.deliveries d where d.status = 'sending';
select is(tests.claim('courier'), 'a2 b2', 'the next once it was delivered');

select * from finish();
rollback;
