begin;
select plan(1);

select tests.receive(tests.fact_captured('pi_1'));
select tests.receive(tests.fact_dispute('dp_1', 'pi_1', 'won'));
select tests.receive(tests.fact_dispute('dp_2', 'pi_1', 'needs_response'));

select is((tests.the_payment('pi_1')).status, 'disputed', 'another one is still open');

select * from finish();
rollback;
