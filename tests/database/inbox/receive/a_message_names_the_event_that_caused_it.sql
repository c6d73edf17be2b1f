begin;
select plan(1);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
insert into outbox.routes (destination, message_type, table_name, operations) values
  ('tests_a', 'payment.changed', 'public.payments', '{INSERT,UPDATE}'),
  ('tests_a', 'refund.created', 'public.refunds', '{INSERT}');
select tests.receive_events(tests.an_event('evt_refund', tests.fact_refund('re_1', 'pi_1', 300)));
select tests.receive_events(tests.an_event('evt_payment', tests.fact_captured('pi_1')));
update public.payments set email = 'amina@tests.example' where provider = 'tests';

select results_eq(
  $$ select m.type, e.provider_event_id from outbox.messages m left join inbox.events e on e.id = m.event_id
     where m.record_key in ('payments/' || (tests.the_payment('pi_1')).id, 'refunds/' || (tests.the_refund('re_1')).id)
     order by m.sequence $$,
  $$ values ('payment.changed', 'evt_payment'), ('refund.created', 'evt_refund'), ('payment.changed', 'evt_refund'),
  ('payment.changed', null) $$,
  'each its own event, also a parked one; a change by hand has none'
);

select * from finish();
rollback;
