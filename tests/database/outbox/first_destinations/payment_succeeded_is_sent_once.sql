begin;
select plan(2);

-- A refund or dispute that ends without effect sets the status back to captured: that is not a second capture.
select tests.receive(tests.fact_captured('pi_1'));
select tests.receive(tests.fact_dispute('dp_1', 'pi_1', 'needs_response'));
select tests.receive(tests.fact_dispute('dp_1', 'pi_1', 'won', at => 1));
select is((tests.the_payment('pi_1')).status, 'captured', 'a dispute was won');

select is(
  (select count(*)::integer from outbox.messages m where m.type = 'payment.captured'
    and m.record_key = 'payments/' || (tests.the_payment('pi_1')).id), 1,
  'make.com gets payment.succeeded once: no second confirmation is sent'
);

select * from finish();
rollback;
