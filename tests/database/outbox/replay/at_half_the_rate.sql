begin;
select plan(1);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a', max_per_second => 4);
select tests.a_settled('m' || n, 'delivered', '1 hour') from generate_series(1, 5) n;
select outbox.replay('tests_a', '{"everything": true}', 'once more');

select is(
  (select array_agg(extract(epoch from d.next_attempt_at - now())::integer order by d.id) from outbox.deliveries d
    where d.status = 'pending'), '{0,0,1,1,2}',
  'the other half is left for new messages'
);

select * from finish();
rollback;
