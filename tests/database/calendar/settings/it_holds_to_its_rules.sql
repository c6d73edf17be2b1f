begin;
select plan(3);

select throws_ok($$ update calendar.settings set time_zone = 'Mars/Olympus' where only_row $$, '22023', null,
  'a time zone is known');
select tests.is_refused($$ update calendar.settings set refused_at = now() where only_row $$,
  'a_refusal_has_a_time_and_a_reason', 'a refusal has a reason');
select tests.is_refused($$ insert into calendar.settings (only_row) values (false) $$, 'there_is_one_row', 'one row');

select * from finish();
rollback;
