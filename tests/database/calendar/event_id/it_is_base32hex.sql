begin;
select plan(2);

select calendar.connect();
select tests.a_coming_session('lesson');
select matches(calendar.event_id(tests.the_entry('lesson')), '^[a-v0-9]{5,255}$', 'the first');
update calendar.entries e set event_number = 12 where e.id = tests.id('lesson');
select matches(calendar.event_id(tests.the_entry('lesson')), '^[a-v0-9]{5,255}$', 'and a later one');

select * from finish();
rollback;
