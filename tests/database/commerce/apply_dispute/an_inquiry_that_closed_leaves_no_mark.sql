begin;
select plan(2);

select tests.receive(tests.fact_captured('pi_1'));
select tests.receive(tests.fact_dispute('dp_1', 'pi_1', 'under_review'));
select is((tests.the_payment('pi_1')).status, 'disputed', 'while it is under review the payment is disputed');
select tests.receive(tests.fact_dispute('dp_1', 'pi_1', 'closed', at => 9));

select is((tests.the_payment('pi_1')).status, 'captured', 'once closed it is not');

select * from finish();
rollback;
