begin;
select plan(2);

select tests.receive(tests.fact_captured('pi_1'));
select tests.receive(tests.fact_dispute('dp_1', 'pi_1', 'needs_response'));
select tests.receive(tests.fact_dispute('dp_1', 'pi_1', 'won', at => 9));

select is((tests.the_dispute('dp_1')).status, 'won', 'it is won');
select is((tests.the_payment('pi_1')).status, 'captured', 'the payment is captured again');

select * from finish();
rollback;
