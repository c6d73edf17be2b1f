begin;
select plan(4);

create function pg_temp.two(fact jsonb, other jsonb) returns void language sql as $$
  select tests.receive(fact); select tests.receive(fact || other)
$$;
select tests.receive(tests.fact_captured('pi_1'));
select pg_temp.two(tests.fact_membership('sub_1', 'active'), '{"product_ref": "price_2"}');
select pg_temp.two(tests.fact_customer('cus_1', 'amina@tests.example'), '{"email": "ben@tests.example"}');
select pg_temp.two(tests.fact_product('chair', 'Chair'), '{"name": "Armchair"}');
select pg_temp.two(tests.fact_dispute('dp_1', 'pi_1', 'won'), '{"status": "lost"}');
select pg_temp.two(tests.fact_membership('sub_2', 'active'), '{"status": "cancelled"}');

select is(tests.to_ask_about(), null, 'not at once: what is still on its way may decide it');
update inbox.latest_facts set updated_at = now() - interval '4 minutes' where provider = 'tests';
select is((select string_agg(a.kind || ' ' || a.ref, ', ' order by a.kind) from inbox.to_ask_about('tests') a),
  'customer cus_1, dispute dp_1, membership sub_1, product prod_1', 'after some minutes; not what is decided');
select inbox.asked_about('tests', 'sub_1');
select ok(not exists (select 1 from inbox.to_ask_about('tests') a where a.ref = 'sub_1'),
  'one that was asked about waits');
select tests.receive(tests.fact_customer('cus_1', 'ben@tests.example', at => 60));
select ok(not exists (select 1 from inbox.to_ask_about('tests') a where a.ref = 'cus_1'), 'the answer decides');

select * from finish();
rollback;
