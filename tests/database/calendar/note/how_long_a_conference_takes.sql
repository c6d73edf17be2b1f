begin;
select plan(4);

select calendar.connect();
select tests.a_coming_session('lesson');
select is((select t.conference_age_ms from calendar.task(tests.id('lesson')) t), null, 'none is being made');
select tests.google_has('lesson', null);
update calendar.entries e set conference_asked_at = now() - interval '90 seconds' where e.id = tests.id('lesson');
select tests.google_has('lesson', null);
select is((select t.conference_age_ms from calendar.task(tests.id('lesson')) t), 90000,
  'from when it was first pending');
select is((tests.the_session('lesson')).meet_link, null, 'there is no link yet');
select tests.google_has('lesson', at => 1);
select is((select t.conference_age_ms from calendar.task(tests.id('lesson')) t), null, 'until there is one');

select * from finish();
rollback;
