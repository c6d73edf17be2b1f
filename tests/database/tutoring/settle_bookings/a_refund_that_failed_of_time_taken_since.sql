begin;
select plan(2);

select tests.a_lesson('lesson');
select tests.a_booking('cart', 'lesson', interval '1 day');
select tests.receive(tests.fact_captured('pi_1', 'cart'));
select tests.receive(tests.fact_refund('re_1', 'pi_1', 1000));
select tests.a_booking('next', 'lesson', interval '1 day', 'ben@tests.example');
select tests.receive(tests.fact_refund('re_1', 'pi_1', 1000, 'failed', at => 1));
select is((tests.the_booking('cart')).status, 'cancelled', 'nobody gets a time that is held for another');
select alike((tests.the_order('cart')).attention_reason,
  'Its refund failed, and the tutor''s time at % was taken since. Refund it again.', 'it is shown to an admin');

select * from finish();
rollback;
