begin;
select plan(6);

select tests.a_course('maths', 3);
select is(tests.free_seats('maths'), 3, 'all seats of a new cohort');
select tests.enrol('maths', 'amina@tests.example');
select is(tests.free_seats('maths'), 2, 'except the taken ones');
select tests.a_checkout('cart', '{"maths": 1}');
select is(tests.free_seats('maths'), 1, 'and those that a checkout holds');
update public.checkout_sessions s set expires_at = now() - interval '1 s' where s.id = tests.id('cart');
select commerce.expire_checkouts();
select is(tests.free_seats('maths'), 2, 'until it expires');
update public.enrollments e set status = 'completed' where e.id = (tests.the_seat('maths', 'amina@tests.example')).id;
select is(tests.free_seats('maths'), 2, 'a student who completed the course keeps the seat');
select is(learning.free_seats(gen_random_uuid()), null, 'an unknown cohort has no number');

select * from finish();
rollback;
