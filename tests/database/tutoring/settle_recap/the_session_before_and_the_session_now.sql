begin;
select plan(2);

select tests.a_session('before');
select tests.a_session('now', 3600);
select tests.receive(tests.fact_meeting('rec_1'));
update public.session_recaps r set tutoring_session_id = tests.id('now') where r.provider_ref = 'rec_1';
select tutoring.settle_recap((tests.the_recap('rec_1')).id, tests.id('before'));

select is((tests.the_session('before')).status, 'scheduled', 'the previous session has no recording any more');
select is((tests.the_session('now')).status, 'completed', 'the new one has');

select * from finish();
rollback;
