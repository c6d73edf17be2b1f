begin;
select plan(4);

select tests.a_product('chair', 1000, 1);
select tests.a_product('lamp', 500, 5);
select tests.a_checkout('late', '{"chair": 1, "lamp": 2}');
select tests.receive(tests.fact_checkout_expired('late'));
select tests.a_checkout('quick', '{"chair": 1}');
select tests.receive(tests.fact_captured('pi_late', 'late', 2000));

select is((tests.the_order('late')).status, 'needs_attention', 'the order needs attention');
select is(tests.the_stock('lamp'), 3, 'the lamps are taken');
select is(tests.the_stock('chair'), 0, 'there is no chair to take');
select is(tests.the_reservations('late'), '1 chair released, 2 lamp taken', 'each reservation has its own status');

select * from finish();
rollback;
