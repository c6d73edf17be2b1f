begin;
select plan(2);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_settled('one', 'delivered', '1 hour');
select outbox.replay('tests_a', '{"everything": true}', 'once more');
update outbox.deliveries set status = 'delivered', settled_at = now() where status = 'pending';
select is((select p.count from outbox.preview_replay('tests_a', '{"everything": true}') p), 1::bigint,
  'otherwise each replay would double the next');
select is(
  (select p.count from outbox.preview_replay('tests_a', (select jsonb_build_object('message_ids', jsonb_agg(m.id))
    from outbox.messages m where m.replay_id is not null)) p),
  1::bigint, 'it can be named by its id'
);

select * from finish();
rollback;
