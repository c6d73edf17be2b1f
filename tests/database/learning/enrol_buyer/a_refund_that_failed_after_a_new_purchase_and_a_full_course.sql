begin;
select plan(3);

select tests.a_course('maths', 1);
select tests.is_sold('one', '{"maths": 1}', 'amina@tests.example');
select tests.receive(tests.fact_refund('re_1', 'pi_one', 1000));
select tests.is_sold('two', '{"maths": 1}', 'amina@tests.example');

select is(tests.receive(tests.fact_refund('re_1', 'pi_one', 1000, 'failed')), 'applied',
  'the event is applied, though no seat is free');
select matches((tests.the_order('one')).attention_reason, '^amina@tests.example had a seat of maths already',
  'it is shown to an admin');
select is(tests.the_seats('maths'), 'amina@tests.example active', 'the buyer has the one seat');

select * from finish();
rollback;
