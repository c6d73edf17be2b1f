begin;
select plan(3);

select tests.a_course('maths', 1);
select tests.a_checkout('cart', '{"maths": 1}', 'amina@tests.example');
select tests.receive(tests.fact_captured('pi_1', 'cart'));
select tests.receive(tests.fact_refund('re_1', 'pi_1', 1000));
select tests.a_checkout('next', '{"maths": 1}', 'ben@tests.example');
select tests.receive(tests.fact_captured('pi_2', 'next'));
select tests.receive(tests.fact_refund('re_1', 'pi_1', 1000, 'failed', at => 1));
select is((tests.the_seat('maths', 'amina@tests.example')).status, 'cancelled',
  'nobody gets a seat that is taken by another');
select is(
  (tests.the_order('cart')).status::text || ': ' || (tests.the_order('cart')).attention_reason,
  'needs_attention: Its refund failed, and the seat of maths was sold since. Refund it again.',
  'it is shown to an admin'
);
select is((tests.the_seat('maths', 'ben@tests.example')).status, 'active', 'the later buyer keeps it');

select * from finish();
rollback;
