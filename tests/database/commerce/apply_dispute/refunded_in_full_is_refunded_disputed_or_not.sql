begin;
select plan(2);

select tests.receive(tests.fact_captured('pi_1'));
select tests.receive(tests.fact_dispute('dp_1', 'pi_1', 'needs_response'));
select tests.receive(tests.fact_refund('re_1', 'pi_1', 400));
select is((tests.the_payment('pi_1')).status, 'disputed', 'a partial refund does not end a dispute');
select tests.receive(tests.fact_refund('re_2', 'pi_1', 600));

select is((tests.the_payment('pi_1')).status, 'refunded', 'refunded in full: refunded');

select * from finish();
rollback;
