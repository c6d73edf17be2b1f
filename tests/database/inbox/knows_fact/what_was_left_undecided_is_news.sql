begin;
select plan(5);

-- Two events of one moment: the provider is asked, and answers what one of them says.
select tests.receive(tests.fact_captured('pi_1'), tests.fact_membership('sub_1', 'active', at => 10),
  tests.fact_dispute('dp_1', 'pi_1', 'won', at => 10));
select tests.receive(tests.fact_membership('sub_1', 'active', at => 10) || '{"product_ref": "price_2"}',
  tests.fact_dispute('dp_1', 'pi_1', 'lost', at => 10));

select is(tests.knows(tests.fact_membership('sub_1', 'active', at => 20)), false, 'what a membership is in the end');
select is(tests.knows(tests.fact_dispute('dp_1', 'pi_1', (tests.the_dispute('dp_1')).status::text, at => 20)), false,
  'how a dispute ended, though it stands so here already');
select is(tests.knows(tests.fact_membership('sub_1', 'active', at => 10)), true,
  'not what was said at the moment itself');
select tests.receive(tests.fact_membership('sub_1', 'active', at => 20));
select is((tests.the_membership('sub_1')).product_ref, 'price_1', 'the answer is taken');
select is(tests.knows(tests.fact_membership('sub_1', 'active', at => 30)), true, 'and then it is known');

select * from finish();
rollback;
