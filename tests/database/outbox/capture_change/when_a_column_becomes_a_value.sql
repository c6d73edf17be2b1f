begin;
select plan(4);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
insert into outbox.routes (destination, message_type, table_name, operations, when_column, becomes) values
  ('tests_a', 'payment.captured', 'public.payments', '{INSERT,UPDATE}', 'status', 'captured'),
  ('tests_a', 'payment.reviewed', 'public.payments', '{INSERT,UPDATE}', 'needs_review', 'false');
select tests.receive(tests.fact_pending('pi_1'));
select is((select array_agg(m.type order by m.sequence) from outbox.messages m join outbox.deliveries d
  on d.message_id = m.id), '{payment.reviewed}',
    'an insert with the value writes a message, one with another value does not');
select tests.receive(tests.fact_captured('pi_1'));
select is((select array_agg(m.type order by m.sequence) from outbox.messages m join outbox.deliveries d
  on d.message_id = m.id), '{payment.reviewed,payment.captured}', 'an update to the value does');
update public.payments set email = 'amina@tests.example' where provider = 'tests';
select is((select count(*)::integer from outbox.deliveries), 2,
  'a change of another column, with the value as before, does not');

select tests.receive(tests.fact_captured('pi_2'));
select is((select count(*)::integer from outbox.deliveries), 3, 'an insert with the value does');

select * from finish();
rollback;
