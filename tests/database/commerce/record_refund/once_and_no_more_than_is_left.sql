begin;
select plan(11);

select tests.a_product('chair', 1000, 10);
select tests.is_sold('cart'), tests.is_sold('other'), tests.receive(tests.fact_failed('pi_failed'));
create function tests.records(payment text, amount text, reference text) returns text language sql as $$
  select tests.refusal(format('select commerce.record_refund((tests.the_payment(%L)).id, %s, %L)', payment, amount,
    reference))
$$;
select is(tests.records('pi_cart', '1001', 't'), '22023', 'more than was captured');
select is(tests.records('pi_cart', '0', 't'), '22023', 'nothing');
select is(tests.records('pi_cart', '-5', 't'), '22023', 'less than 0');
select is(tests.records('pi_cart', 'null', 't'), '22023', 'without an amount');
select is(tests.records('pi_cart', '5', ' '), '22023', 'without a reference');
select is(tests.records('pi_failed', '5', 't'), '22023', 'of an uncaptured payment');
select is(tests.records('pi_unknown', '5', 't'), '22023', 'of nothing');
select commerce.record_refund((tests.the_payment('pi_cart')).id, 1000, 't');
select is(tests.records('pi_cart', '1000', 't'), '23505', 'the same transfer twice');
select is(tests.records('pi_cart', '1000', ' t '), '23505', 'with other white space');
select is(tests.records('pi_other', '1000', 't'), '23505', 'for another payment too');
select is(tests.records('pi_cart', '1', 'u'), '22023', 'and then nothing is left');

select * from finish();
rollback;
