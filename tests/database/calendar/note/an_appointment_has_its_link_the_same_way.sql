begin;
select plan(2);

select calendar.connect();
select tests.a_coming_appointment('talk');
select tests.google_has('talk');
select is((select a.meet_link from public.appointments a where a.id = tests.id('talk')),
  'https://meet.google.com/abc-defg-hij', 'its link');
select is((select a.calendar_event_id from public.appointments a where a.id = tests.id('talk')),
  replace(tests.id('talk')::text, '-', ''), 'and id');

select * from finish();
rollback;
