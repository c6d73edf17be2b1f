begin;
select plan(2);

select tests.receive(tests.fact_captured('pi_1'));
select tests.receive(tests.fact_dispute('dp_1', 'pi_1', 'lost'));

select is((tests.the_payment('pi_1')).status, 'disputed', 'the payment stays disputed');
select tests.receive(tests.fact_dispute('dp_1', 'pi_1', 'needs_response', at => -9));
select is((tests.the_dispute('dp_1')).status, 'lost', 'an older event is not applied');

select * from finish();
rollback;
