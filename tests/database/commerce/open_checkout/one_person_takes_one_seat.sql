begin;
select plan(2);

select tests.a_cohort('autumn', 2);
select tests.a_seat('seat', 'autumn');
select tests.a_pack('pack', 10);
select tests.a_lesson('lesson');
select tests.a_seat('early bird', 'autumn', 800);
select tests.a_cohort('winter');
select tests.a_seat('winter seat', 'winter');

select is(tests.refusal($$ select tests.a_checkout('cart', '{"seat": 1, "early bird": 1}') $$),
  '22023 quantity_invalid', 'not two of a cohort, by any product');
select is(tests.refusal($$ select tests.a_checkout('cart', '{"seat": 1, "winter seat": 1}') $$), 'taken',
  'one of each of two cohorts');

select * from finish();
rollback;
