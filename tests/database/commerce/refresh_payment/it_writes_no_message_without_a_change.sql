begin;
select plan(1);

select tests.a_product('chair', 1000);
select tests.a_checkout('cart');
select tests.receive(tests.fact_captured('pi_1', 'cart'));
select tests.remember('before', (select coalesce(max(m.sequence), 0) from outbox.messages m)::text);
select commerce.refresh_payment((tests.the_payment('pi_1')).id);

select is_empty(
  $$ select m.type from outbox.messages m where m.sequence > current_setting('tests.before')::bigint $$,
  'refreshing an unchanged payment writes no message'
);

select * from finish();
rollback;
