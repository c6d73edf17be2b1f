begin;
select plan(5);

select tests.a_coming_session('lesson');
select tests.a_coming_session('over', interval '-2 days');
select tests.a_coming_appointment('talk');
select calendar.connect(appointments => false);
select is(tests.asked_of_google('lesson'), 'pending', 'a coming session');
select is(tests.asked_of_google('over'), null, 'not one that is over');
select is(tests.asked_of_google('talk'), null, 'nor appointments, which stay off');
select calendar.connect();
select is(tests.asked_of_google('talk'), 'pending', 'until they are on');
select is(tests.asked_of_google('lesson'), 'pending', 'again: nothing is asked twice');

select * from finish();
rollback;
