begin;
select plan(5);

select tests.receive(tests.fact_membership('sub_1', 'active'));
select tests.receive(tests.fact_membership('sub_1', 'active') || '{"product_ref": "price_2"}');
create function pg_temp.asked() returns setof ops.attention language sql stable as $$
  select a from ops.attention a where a.id = 'tests/membership/sub_1'
$$;
select is_empty('select pg_temp.asked()', 'the provider may still say which is the later');
update inbox.latest_facts set updated_at = now() - interval '61 minutes' where provider = 'tests';
select results_eq(
  'select a.what, a.which, a.severity::text, a.since from pg_temp.asked() a',
  $$ select 'order of events undecided', 'tests membership sub_1', 'soon', now() - interval '61 minutes' $$,
  'after an hour a person should look'
);
select matches((select a.why from pg_temp.asked() a), 'could not be asked', 'who was asked is said');
select inbox.asked_about('tests', 'sub_1');
select matches((select a.why from pg_temp.asked() a), 'was asked 1 time, and has not said', 'and how often');
do $$ begin execute tests.the_remedy('order of events undecided'); end $$;
select is_empty('select pg_temp.asked()', 'the remedy takes it away');

select * from finish();
rollback;
