begin;
select plan(3);

select tests.a_session('took_place', status => 'completed');
select tests.a_session('called_off', 7200, status => 'cancelled');
create function tests.calendar_says(name text, status text, at integer) returns void language sql as $$
  select tests.receive(tests.fact_calendar('cal ' || name, at, jsonb_build_object('session_id', tests.id(name),
    'status', calendar_says.status)))
$$;

select tests.calendar_says('took_place', 'cancelled', 1);
select is((tests.the_session('took_place')).status, 'completed', 'a completed one stays completed');
select tests.calendar_says('called_off', 'confirmed', 1);
select is((tests.the_session('called_off')).status, 'cancelled', 'one that an admin cancelled stays cancelled');

select tests.a_session('brought_back', 14400);
select tests.calendar_says('brought_back', 'cancelled', 1);
update public.tutoring_sessions s set status = 'scheduled' where s.id = tests.id('brought_back');
update public.tutoring_sessions s set status = 'cancelled' where s.id = tests.id('brought_back');
select tests.calendar_says('brought_back', 'confirmed', 2);
select is((tests.the_session('brought_back')).status, 'cancelled', 'also when the calendar had cancelled it before');

select * from finish();
rollback;
