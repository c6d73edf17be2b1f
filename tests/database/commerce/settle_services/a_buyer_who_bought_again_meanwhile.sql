begin;
select plan(2);

select tests.a_cohort('autumn', 2);
select tests.a_seat('seat', 'autumn');
select tests.a_pack('pack', 10);
select tests.a_lesson('lesson');
select tests.is_sold('one', '{"seat": 1}', 'amina@tests.example');
select tests.receive(tests.fact_refund('re_1', 'pi_one', 1000));
select tests.is_sold('two', '{"seat": 1}', 'amina@tests.example');
select tests.receive(tests.fact_refund('re_1', 'pi_one', 1000, 'failed'));

select is(tests.the_seats('autumn'), 'amina@tests.example active', 'the buyer has one seat');
select matches((tests.the_order('one')).attention_reason, '^amina@tests.example had a seat of seat already',
  'and has paid for two: an admin must know');

select * from finish();
rollback;
