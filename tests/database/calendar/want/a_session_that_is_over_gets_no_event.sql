begin;
select plan(2);

select calendar.connect();
select tests.a_coming_session('yesterdays', interval '-1 day');
select is((tests.the_entry('yesterdays')).id, null, 'one in the past has no entry');
select tests.a_coming_session('todays', interval '-10 minutes');
select is(tests.the_task('todays'), 'keep', 'one that has just begun has');

select * from finish();
rollback;
