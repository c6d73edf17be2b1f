begin;
select plan(4);

select calendar.connect();
select tests.a_coming_session('lesson');
select calendar.note_conference_failed(tests.id('lesson'), 1);
update calendar.entries e set problem = 'No link.' where e.id = tests.id('lesson');
select lives_ok($$ select calendar.sync(tests.id('lesson')) $$, 'an admin asks');
select is((tests.the_entry('lesson')).problem, null, 'nothing is wrong any more');
select is((tests.the_entry('lesson')).conference_failures, 0, 'and conferences are asked for anew');
select throws_like($$ select calendar.sync('0198f0aa-0000-7000-8000-0000000000aa') $$, 'the calendar has no entry %',
  'of a session that it does not know');

select * from finish();
rollback;
