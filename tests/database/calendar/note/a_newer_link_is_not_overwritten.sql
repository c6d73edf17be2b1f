begin;
select plan(4);

select calendar.connect();
select tests.a_coming_session('lesson');
select tests.google_has('lesson', 'https://meet.google.com/new-newn-new', at => 60);
select tests.google_has('lesson', 'https://meet.google.com/old-oldo-old', at => 0);
select is((tests.the_session('lesson')).meet_link, 'https://meet.google.com/new-newn-new', 'by Google''s clock');
update public.tutoring_sessions s set title = 'Another title' where s.id = tests.id('lesson');
select ok(not tests.google_has('lesson', 'https://meet.google.com/new-newn-new', at => 61, version => 1),
  'what was done is said to be old');
select ok(tests.google_has('lesson', 'https://meet.google.com/new-newn-new', at => 62), 'the newest version is not');
select calendar.note(tests.id('lesson'), 1, calendar.event_id(tests.the_entry('lesson')), tests.moment(63)::timestamptz,
  null, null, 'a problem of long ago');
select is((tests.the_entry('lesson')).problem, null, 'an older version changes nothing of the entry');

select * from finish();
rollback;
