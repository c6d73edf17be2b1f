begin;
select plan(3);

select tests.receive(tests.fact_membership('sub_1', 'active'));
select tests.receive(tests.fact_membership('sub_1', 'active') || '{"product_ref": "price_2"}');
select lives_ok($$ select inbox.accept_latest('tests', 'membership/sub_1', 'a test') $$, 'what stands here holds');
select is((select l.undecided from inbox.latest_facts l where l.provider = 'tests'), false, 'it is decided');
select throws_ok($$ select inbox.accept_latest('tests', 'membership/sub_2', 'a test') $$, 'P0002',
  'nothing is known of membership/sub_2 at tests', 'a thing that is not here is refused');

select * from finish();
rollback;
