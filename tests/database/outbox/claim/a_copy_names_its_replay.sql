begin;
select plan(1);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_delivery('one'), tests.a_delivery('copy');
insert into outbox.replays (destination, filter, reason, message_count)
  values ('tests_a', '{"everything": true}', 'test', 1);
update outbox.messages set replay_id = (select max(r.id) from outbox.replays r) where type = 'copy';
select tests.a_courier('courier');
select results_eq(
  $$ select c.type, c.replay_id from outbox.claim(tests.id('courier'), 50) c order by c.delivery_id $$,
  $$ values ('one', null::bigint), ('copy', (select max(r.id) from outbox.replays r)) $$,
    'the receiver sees that it may be a repetition'
);

select * from finish();
rollback;
