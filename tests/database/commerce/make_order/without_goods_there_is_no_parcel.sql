begin;
select plan(2);

select tests.a_cohort('autumn', 2);
select tests.a_seat('seat', 'autumn');
select tests.a_pack('pack', 10);
select tests.a_lesson('lesson');
select tests.is_sold('cart', '{"pack": 1}');
select is((tests.the_order('cart')).status, 'confirmed', 'it is confirmed');
select is((tests.the_parcel('cart')).id, null, 'there is nothing to send');

select * from finish();
rollback;
