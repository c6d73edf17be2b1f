begin;
select plan(8);

create function pg_temp.undecided() returns boolean language sql stable as $$
  select l.undecided from inbox.latest_facts l where l.provider = 'tests' and l.thing = 'membership/sub_1'
$$;

select tests.receive(tests.fact_membership('sub_1', 'active', at => 10));
select is(pg_temp.undecided(), false, 'one event decides');
select tests.receive(tests.fact_membership('sub_1', 'active', at => 10));
select is(pg_temp.undecided(), false, 'so do two that say the same');
select tests.receive(tests.fact_membership('sub_1', 'active', at => 10) || '{"product_ref": "price_2"}');
select is(pg_temp.undecided(), true, 'not two that say different things, and not which is the later');
select tests.receive(tests.fact_membership('sub_1', 'trialing', at => 5));
select is(pg_temp.undecided(), true, 'what is older changes nothing');
select tests.receive(tests.fact_membership('sub_1', 'active', at => 10)
  || '{"product_ref": "price_3", "previous": {"product_ref": "price_2"}}');
select is(pg_temp.undecided(), true, 'nor what follows one of them only');
select tests.receive(tests.fact_membership('sub_1', 'active', at => 11) || '{"product_ref": "price_1"}');
select is(pg_temp.undecided(), false, 'what is newer decides');
select is((tests.the_membership('sub_1')).product_ref, 'price_1', 'and holds');
select is((select jsonb_array_length(l.facts) from inbox.latest_facts l where l.provider = 'tests'), 1,
  'what was said before it is forgotten');

select * from finish();
rollback;
