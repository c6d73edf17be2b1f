begin;
select plan(2);

-- A refund or dispute that comes to nothing sets the status back to captured: the money did not come a second time.
select tests.receive(tests.fact_captured('pi_1'));
select tests.receive(tests.fact_dispute('dp_1', 'pi_1', 'needs_response'));
select tests.receive(tests.fact_dispute('dp_1', 'pi_1', 'won', at => 1));
select is((tests.the_payment('pi_1')).status, 'captured', 'a dispute was won');

select is(
  (select count(*)::integer from outbox.messages m where m.type = 'payment.captured'
    and m.record_key = 'payments/' || (tests.the_payment('pi_1')).id), 1,
  'make.com hears once that the payment succeeded: no second confirmation goes out'
);

select * from finish();
rollback;
