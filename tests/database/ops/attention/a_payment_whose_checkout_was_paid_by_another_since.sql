begin;
select plan(2);

select tests.a_product('chair');
select tests.a_checkout('cart');
select tests.receive(tests.fact_captured('pi_1', 'cart', 999));
select tests.receive(tests.fact_captured('pi_2', 'cart', 1000));
select matches(a.why, 'already paid by another payment', 'its reason is the current one')
from ops.attention a where a.what = 'payment needs review' and a.id = (tests.the_payment('pi_1')).id::text;
select matches(a.remedy, 'close_review', 'and so is its remedy')
from ops.attention a where a.what = 'payment needs review' and a.id = (tests.the_payment('pi_1')).id::text;

select * from finish();
rollback;
