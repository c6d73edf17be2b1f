begin;
select plan(2);

select tutoring.apply_meeting('tests', 'evt_1', tests.fact_meeting('rec_1'));
select tutoring.apply_meeting('tests_too', 'evt_1', tests.fact_meeting('rec_1', at => 1));

select is((tests.the_recap('rec_1')).title, 'Title 0', 'each provider''s ids are its own');
select is((select r.title from public.session_recaps r where r.provider = 'tests_too'), 'Title 1',
  'and so are their recordings');

select * from finish();
rollback;
