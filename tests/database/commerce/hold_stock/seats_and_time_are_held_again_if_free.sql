begin;
select plan(4);

select tests.a_cohort('autumn', 2);
select tests.a_seat('seat', 'autumn');
select tests.a_pack('pack', 10);
select tests.a_lesson('lesson');
select tests.a_checkout('seat', '{"seat": 1}', 'amina@tests.example');
select tests.a_booking('hour', 'lesson', '1 day');
select commerce.release_stock(tests.id('seat')), commerce.release_stock(tests.id('hour'));
select tests.a_checkout('one', '{"seat": 1}', 'ben@tests.example'),
  tests.a_checkout('two', '{"seat": 1}', 'chloe@tests.example');
select tests.a_booking('other', 'lesson', '24 hours 30 minutes');

select is(commerce.hold_stock(tests.id('seat')), array['1 × seat (0 left)'], 'both seats are held by others');
select is(commerce.hold_stock(tests.id('hour')), array['1 × lesson (0 left)'], 'so is the tutor''s time');
select commerce.release_stock(tests.id('one')), commerce.release_stock(tests.id('other'));
select is(commerce.hold_stock(tests.id('seat')) || commerce.hold_stock(tests.id('hour')), '{}', 'they are released');
select is(tests.the_reservations('seat') || ', ' || tests.the_reservations('hour'), '1 seat held, 1 lesson held',
  'and held again');

select * from finish();
rollback;
