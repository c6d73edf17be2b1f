begin;
select plan(3);

select tests.is_refused($$ insert into calendar.entries (id, source) values (gen_random_uuid(), 'party') $$,
  'an_entry_is_of_a_session_or_appointment', 'of something else');
select tests.is_refused($$ insert into calendar.entries (id, source, synced_version) values (gen_random_uuid(),
  'appointment', 2) $$, 'google_has_no_version_that_is_not_there', 'a version that is not there');
select tests.is_refused($$ insert into calendar.entries (id, source, conference_failures) values (gen_random_uuid(),
  'appointment', 1) $$, 'numbers_are_counted_up', 'a failure of nothing');

select * from finish();
rollback;
