begin;
select plan(5);

select tests.create_user('student@tests.example'), tests.create_user('tutor@tests.example'),
  tests.create_user('other@tests.example'), tests.an_admin('admin@tests.example');
select tests.a_lesson('lesson');

select tests.a_product('chair', 3000);
select tests.remember('cart', commerce.open_checkout('student@tests.example', jsonb_build_array(
  jsonb_build_object('sku', 'lesson', 'quantity', 1, 'starts_at', ops.iso_utc(now() + interval '3 days')),
  jsonb_build_object('sku', 'chair', 'quantity', 1)))::text);
select tests.is_paid('cart', provider => 'stripe');
select tests.remember('session', (tests.the_booking('cart')).id::text);
select is(tests.cancels('student@tests.example'), 'student requested 1000', 'of other goods nothing goes back');
select is((tests.the_order('cart')).status, 'confirmed', 'the order is good for them');
update public.tutoring_sessions set status = 'scheduled' where id = tests.id('session');
select commerce.request_refund((tests.the_order('cart')).payment_id);
delete from public.tutoring_session_changes where true;
select is(tests.cancels('tutor@tests.example'), 'tutor none', 'what was refunded is not refunded twice');
select tests.a_session('talk'), tests.remember('session', tests.id('talk')::text);
select is(tests.cancels('tutor@tests.example'), 'PT409 session_over', 'what is over');
update public.tutoring_sessions set starts_at = now() + interval '9 days', ends_at = now() + interval '10 days'
  where id = tests.id('talk');
select is(tests.cancels('tutor@tests.example'), 'tutor none', 'nor what nobody paid for');

select * from finish();
rollback;
