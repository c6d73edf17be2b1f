begin;
select plan(2);

select tests.a_cohort('autumn', 2);
select tests.a_seat('seat', 'autumn');
select tests.a_pack('pack', 10);
select tests.a_lesson('lesson');

select tests.a_checkout('one', '{"seat": 1}', 'amina@tests.example');
select is(learning.free_seats(tests.id('autumn')), 1, 'one of two is left');
select tests.a_checkout('two', '{"seat": 1}', 'ben@tests.example');

select is(tests.refusal($$ select tests.a_checkout('three', '{"seat": 1}', 'chloe@tests.example') $$), 'P0001 sold_out',
  'the third is refused with the number left');

select * from finish();
rollback;
