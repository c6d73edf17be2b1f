begin;
select plan(4);

select tests.receive(tests.fact_captured('pi_1'));
select is(tests.knows(tests.fact_dispute('dp_1', 'pi_1', 'needs_response')), false,
  'a dispute that was never received');
select tests.receive(tests.fact_dispute('dp_1', 'pi_1', 'under_review', at => 10));
select is(tests.knows(tests.fact_dispute('dp_1', 'pi_1', 'under_review', at => 20)), true, 'with its current status');
select is(tests.knows(tests.fact_dispute('dp_1', 'pi_1', 'needs_response', at => 5)), true, 'with an earlier status');
select is(tests.knows(tests.fact_dispute('dp_1', 'pi_1', 'won', at => 20)), false, 'that it was won is new');

select * from finish();
rollback;
