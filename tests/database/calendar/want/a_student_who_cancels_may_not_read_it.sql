begin;
select plan(3);

select tests.create_user('student@tests.example');
select calendar.connect();
select tests.a_coming_appointment('talk');
select is(tests.by('student@tests.example', format($$ update public.appointments set status = 'cancelled'
  where id = %L $$, tests.id('talk'))), '1', 'the student cancels');
select is(tests.the_task('talk'), 'remove', 'and the event is to go');
select is(tests.by('student@tests.example', 'select 1 from calendar.entries'), '42501', 'but reads no entry');

select * from finish();
rollback;
