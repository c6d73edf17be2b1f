begin;
select plan(7);

select tests.create_user('pupil@tests.example');
select tests.a_lesson('lesson');
select tests.teaches(1, '09:00', '10:00');
select tests.as_anon();
select results_eq(
  $$ select * from public.free_times('lesson', tests.next_monday(), tests.next_monday('23:59')) $$,
  $$ values (tests.next_monday('09:00'), tests.next_monday('10:00')) $$,
  'a guest is told when it begins and ends'
);
select is(tests.refusal($$ select public.free_times('none', now(), now()) $$), 'PT404 unknown_item',
  'of what is on sale');
select is(tests.refusal($$ select tutoring.free_times('tutor@tests.example', now(), now()) $$), '42501',
  'and by no address');
select tests.as_owner();
update public.products set active = false where sku = 'lesson';
select tests.as_anon();
select is(tests.refusal($$ select public.free_times('lesson', now(), now()) $$), 'PT404 unknown_item',
  'not of what is not');
select tests.as_owner();
select tests.a_session('talk');
select tests.as_anon();
select is(tests.refusal($$ select public.free_times_to_move(tests.id('talk'), now(), now()) $$), '42501',
  'a guest moves nothing');
select tests.as_owner();
select tests.authenticate_as('pupil@tests.example');
select is(tests.refusal($$ select public.free_times_to_move(tests.id('talk'), now(), now()) $$),
  'PT404 session_unknown', 'and a pupil nobody else''s session');
select is(tests.refusal($$ select public.free_times('none', now(), now()) $$), 'PT404 unknown_item',
  'pupils are told as guests are');
select tests.as_owner();

select * from finish();
rollback;
