begin;
select plan(3);

-- Everything that is allowed, and nothing that is not.
select tests.a_product('chair', 1000, 10);
select tests.a_product('lamp', 500, 3);
select tests.a_product('e-book', 700, null);
select tests.a_cohort('autumn', 2);
select tests.a_seat('seat', 'autumn');
select tests.a_pack('pack', 10, 900);
select tests.a_lesson('lesson');
select tests.is_sold('plain', '{"chair": 2, "e-book": 1}');
select tests.is_sold('refunded', '{"chair": 1, "pack": 1}'),
  tests.receive(tests.fact_refund('re_1', 'pi_refunded', 1900));
select tests.is_sold('partly'), tests.receive(tests.fact_refund('re_2', 'pi_partly', 400));
select tests.is_sold('came_back'), tests.receive(tests.fact_refund('re_3', 'pi_came_back', 1000)),
  tests.receive(tests.fact_refund('re_3', 'pi_came_back', 1000, 'failed'));
select tests.a_checkout('failed'), tests.receive(tests.fact_failed('pi_failed', 'failed'));
select tests.a_checkout('failed_then_captured'), tests.receive(tests.fact_failed('pi_4', 'failed_then_captured')),
  tests.is_paid('failed_then_captured', 'pi_4');
select tests.a_checkout('late', '{"lamp": 3}');
select tests.receive(tests.fact_checkout_expired('late'));
select tests.is_sold('quick', '{"lamp": 2}');
select tests.is_paid('late');
select is((tests.the_order('late')).status, 'needs_attention', 'a late payment for a sold-out item needs attention');
select tests.a_checkout('settled', '{"lamp": 1}'), tests.receive(tests.fact_checkout_expired('settled'));
select tests.is_sold('quicker', '{"lamp": 1}');
select tests.is_paid('settled');
select commerce.settle_order((tests.the_order('settled')).id, without_stock => true, reason => 'a test');
select tests.a_checkout('in_review'), tests.receive(tests.fact_captured('pi_5', 'in_review', 999));
select tests.a_checkout('accepted'), tests.receive(tests.fact_captured('pi_6', 'accepted', 1001));
select commerce.accept_payment((tests.the_payment('pi_6')).id, 'a test');
select tests.a_checkout('closed'), tests.receive(tests.fact_captured('pi_7', 'closed', 1));
select commerce.close_review((tests.the_payment('pi_7')).id, 'a test');
select tests.is_paid('plain', 'pi_twice');
select tests.receive(tests.fact_captured('pi_nothing')),
  tests.receive(tests.fact_captured('pi_credits') || tests.buying_credits(50));
select tests.a_checkout('pending'), tests.receive(tests.fact_pending('pi_8', 'pending'));
select tests.a_checkout('called_off');
select commerce.cancel_checkout(tests.id('called_off'));
select tests.is_sold('seat_one', '{"seat": 1}', 'amina@tests.example'),
  tests.is_sold('seat_two', '{"seat": 1}', 'ben@tests.example');
select tests.receive(tests.fact_refund('re_4', 'pi_seat_one', 1000)),
  tests.is_sold('seat_three', '{"seat": 1}', 'chloe@tests.example');
select tests.receive(tests.fact_refund('re_4', 'pi_seat_one', 1000, 'failed'));
select is((tests.the_order('seat_one')).status, 'needs_attention', 'so does a seat that was sold since');
select tests.a_booking('hour', 'lesson', '1 day'), tests.is_paid('hour');
select tests.a_booking('another_hour', 'lesson', '2 days'), tests.is_paid('another_hour'),
  tests.receive(tests.fact_refund('re_5', 'pi_another_hour', 1000));
select tests.a_booking('held', 'lesson', '3 days');
select commerce.restock((tests.the_order('refunded')).id);
select commerce.record_refund((tests.the_payment('pi_partly')).id, 100, 'transfer 1');
select tests.receive(tests.fact_refunded_total('pi_plain', 50), tests.fact_dispute('dp_1', 'pi_plain', 'lost'));
update public.products set stock = 7 where sku = 'chair';
update public.products set stock = null where sku = 'lamp';
update public.products set stock = 4 where sku = 'e-book';
update public.products set price_minor = 1, name = 'Other', active = false
  where sku in ('chair', 'seat', 'pack', 'lesson');
update public.fulfillments set status = 'shipped' where order_id = (tests.the_order('plain')).id;
delete from public.products where sku = 'never sold' and exists (select 1 from tests.a_product('never sold'));

select is(tests.inconsistencies(), null, 'no inconsistency is found');

select * from finish();
rollback;
