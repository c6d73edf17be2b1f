begin;
select plan(4);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
insert into outbox.routes (destination, message_type, table_name, operations, when_column, becomes, not_from) values
  ('tests_a', 'payment.captured', 'public.payments', '{INSERT,UPDATE}', 'status', 'captured', '{refunded,disputed}');
create function tests.told() returns integer language sql as $$ select count(*)::integer from outbox.deliveries $$;
select tests.receive(tests.fact_pending('pi_1'));
select tests.receive(tests.fact_captured('pi_1'));
select is(tests.told(), 1, 'from another value there is a message');
select tests.receive(tests.fact_refund('re_1', 'pi_1', 1000));
select tests.receive(tests.fact_refund('re_1', 'pi_1', 1000, 'failed'));
select is((tests.the_payment('pi_1')).status, 'captured', 'the value is set again');
select is(tests.told(), 1, 'from one of these values there is none');
select tests.receive(tests.fact_captured('pi_2'));
select is(tests.told(), 2, 'an insert has no earlier value');

select * from finish();
rollback;
