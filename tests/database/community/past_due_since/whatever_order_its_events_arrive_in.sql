begin;
select plan(3);

create function tests.since(seconds integer) returns timestamptz language sql stable as $$
  select tests.moment(seconds)::timestamptz
$$;
select tests.receive(tests.fact_membership('a', 'active', 10));
select tests.receive(tests.fact_membership('a', 'past_due', 20));
select tests.receive(tests.fact_membership('a', 'past_due', 30));
select is((tests.the_membership('a')).past_due_since, tests.since(20), 'since the first event that said so');

select tests.receive(tests.fact_membership('b', 'past_due', 30));
select tests.receive(tests.fact_membership('b', 'past_due', 20));
select tests.receive(tests.fact_membership('b', 'active', 10));
select is((tests.the_membership('b')).past_due_since, tests.since(20), 'in whatever order they arrive');

select tests.receive(tests.fact_membership('b', 'active', 25));
select is((tests.the_membership('b')).past_due_since, tests.since(30), 'after the last that said otherwise');

select * from finish();
rollback;
