begin;
select plan(5);

select tests.a_product('chair', 1000, 10);
select tests.a_cohort('autumn', 2);
select tests.a_seat('seat', 'autumn');
select tests.a_pack('pack', 10);
select tests.a_lesson('lesson');
select tests.remember('cart',
  commerce.open_checkout('amina@tests.example', tests.items('{"chair": 1, "seat": 1, "pack": 1}')
  || jsonb_build_object('sku', 'lesson', 'quantity', 1, 'starts_at', ops.iso_utc(now() + interval '1 day')))::text);
select tests.is_paid('cart');
create function tests.stands() returns text language sql as $$
  select concat_ws(', ', (tests.the_parcel('cart')).status, tests.the_seats('autumn'), tests.the_lessons(),
    tests.the_credits('pi_cart'))
$$;
select is(tests.stands(), 'pending, amina@tests.example active, amina@tests.example scheduled, 10', 'all was bought');
select tests.receive(tests.fact_refund('re_1', 'pi_cart', 100));
select is(tests.stands(), 'pending, amina@tests.example active, amina@tests.example scheduled, 10',
  'a partial refund changes nothing');
select tests.receive(tests.fact_refund('re_2', 'pi_cart', 3900));
select is(tests.stands(), 'cancelled, amina@tests.example cancelled, amina@tests.example cancelled, 0',
  'a full refund cancels all');
select tests.receive(tests.fact_refund('re_2', 'pi_cart', 3900, 'failed'));
select is(tests.stands(), 'pending, amina@tests.example active, amina@tests.example scheduled, 10',
  'the refund failed: all is reinstated');
select is((tests.the_order('cart')).status, 'confirmed', 'the order too');

select * from finish();
rollback;
