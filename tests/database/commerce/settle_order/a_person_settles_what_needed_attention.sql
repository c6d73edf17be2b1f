begin;
select plan(5);

select tests.a_product('chair', 1000, 1);
select tests.a_checkout('late');
select tests.receive(tests.fact_checkout_expired('late'));
select tests.a_checkout('quick');
select tests.receive(tests.fact_captured('pi_1', 'late'));
select is((tests.the_order('late')).status, 'needs_attention', 'the order needs attention');

select commerce.settle_order((tests.the_order('late')).id);
select is((tests.the_order('late')).status, 'confirmed', 'once settled it is confirmed');
select is((tests.the_order('late')).attention_reason, null, 'there is nothing left to settle');
select throws_matching($$ select commerce.settle_order((tests.the_order('late')).id) $$, 'does not need attention', 'it is settled once');
select throws_matching($$ select commerce.settle_order(gen_random_uuid()) $$, 'does not need attention', 'an order that does not exist is refused');

select * from finish();
rollback;
