begin;
select plan(5);

select tests.a_lesson('lesson');
select tests.a_booking('cart', 'lesson', interval '1 day');
select tests.receive(tests.fact_captured('pi_1', 'cart'));
select tests.receive(tests.fact_refund('re_1', 'pi_1', 1000));
update public.tutoring_sessions s set starts_at = s.starts_at - interval '3 days', ends_at = s.ends_at - interval
  '3 days';
select tests.receive(tests.fact_refund('re_1', 'pi_1', 1000, 'failed', at => 1));
select is((tests.the_booking('cart')).status, 'cancelled', 'nothing is scheduled in the past');
select is((tests.the_order('cart')).status, 'needs_attention', 'the money is here, and there was no lesson');
select alike((tests.the_order('cart')).attention_reason,
  'Its refund failed, and its time at % is over. Unless it took place, agree on another one with buyer@tests.example, '
  'or refund it again.', 'an admin is told what to do');
select throws_matching($$ select commerce.settle_order((tests.the_order('cart')).id) $$,
  'it still cannot be fulfilled: Its refund failed', 'it is not settled by mistake');
select commerce.settle_order((tests.the_order('cart')).id, without_stock => true, reason => 'They agreed on Friday.');
select is((tests.the_order('cart')).status, 'confirmed', 'it is settled once there is another time');

select * from finish();
rollback;
