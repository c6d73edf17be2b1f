begin;
select plan(3);

select tests.a_cohort('autumn', 2);
select tests.a_seat('seat', 'autumn');
select tests.a_pack('pack', 10);
select tests.a_lesson('lesson');
select tests.a_checkout('one', '{"seat": 1}', 'amina@tests.example'),
  tests.a_checkout('two', '{"seat": 1}', 'amina@tests.example');
select tests.is_paid('one'), tests.is_paid('two');

select is((tests.the_order('one')).status, 'confirmed', 'the first order is confirmed');
select matches((tests.the_order('two')).attention_reason, '^amina@tests.example had a seat of seat already',
  'the second must be refunded');
select is(learning.free_seats(tests.id('autumn')), 1, 'and takes no seat');

select * from finish();
rollback;
