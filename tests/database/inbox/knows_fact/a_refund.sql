begin;
select plan(5);

select tests.receive(tests.fact_captured('pi_1'));
select is(tests.knows(tests.fact_refund('re_1', 'pi_1', 1000)), false, 'a refund that was never received');
select tests.receive(tests.fact_refund('re_1', 'pi_1', 1000, 'pending'));
select is(tests.knows(tests.fact_refund('re_1', 'pi_1', 1000)), false, 'its success is new');
select tests.receive(tests.fact_refund('re_1', 'pi_1', 1000));
select is(tests.knows(tests.fact_refund('re_1', 'pi_1', 1000)), true, 'once received it is known');
select is(tests.knows(tests.fact_refund('re_1', 'pi_1', 1000, 'pending')), true, 'that it was pending is not new');
select is(tests.knows(tests.fact_refund('re_1', 'pi_1', 1000, 'failed')), false, 'that it failed after all is');

select * from finish();
rollback;
