begin;
select plan(1);

select tests.a_product('chair');
select tests.a_checkout('cart');
select tests.receive(tests.fact_captured('pi_1', 'cart'));
select tests.remember('messages', (select max(m.sequence) from outbox.messages m)::text);
select tests.receive(tests.fact_captured('pi_1', 'cart'));
select tests.receive(tests.fact_failed('pi_1', 'cart', 1, at => -5) || '{"failure_code": null}');
select tests.receive(tests.fact_pending('pi_1', 'cart'));

select is_empty(
  $$ select m.type from outbox.messages m where m.sequence > current_setting('tests.messages')::bigint
  and m.type <> 'payment.changed' $$,
  'facts that change neither status nor order write no message'
);

select * from finish();
rollback;
