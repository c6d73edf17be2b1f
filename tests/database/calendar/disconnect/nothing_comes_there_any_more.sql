begin;
select plan(5);

select calendar.connect();
select tests.a_coming_session('lesson');
select throws_ok($$ select calendar.disconnect('') $$, '22023', null, 'not without a reason');
select calendar.disconnect('We use another calendar.');
select is(tests.asked_of_google('lesson'), 'cancelled', 'what waits is cancelled');
select tests.a_coming_session('next');
select is(tests.asked_of_google('next'), null, 'and nothing more is asked');
select outbox.disconnect('calendar', 'Nor by this.');
select calendar.connect();
select is(tests.asked_of_google('next'), 'pending', 'until it is connected again');
select tests.a_coming_session('another');
select is(tests.asked_of_google('another'), 'pending', 'also if its routes were switched off');

select * from finish();
rollback;
