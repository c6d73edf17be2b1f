begin;
select plan(9);

select tests.a_lesson('lesson');
create function tests.asks(since text, until text, minutes text default 'null', tutor text
  default 'tutor@tests.example') returns text language sql as $$
  select tests.refusal(format('select tutoring.free_times(%L, %L, %L, %s)', tutor, since, until, minutes))
$$;
select is(tests.asks('2027-01-01Z', '2027-03-04Z'), 'taken', '62 days');
select is(tests.asks('2027-01-01Z', '2027-03-04 00:00:01Z'), '22023 range_invalid', 'and no more');
select is(tests.asks('-infinity', 'infinity'), '22023 range_invalid', 'not all times');
select is(tests.asks('2027-01-02Z', '2027-01-01Z'), '22023 range_invalid', 'from the sooner to the later');
select is(tests.asks(null, '2027-01-01Z'), '22023 range_invalid', 'both are given');
select is(tests.asks('2027-01-01Z', '2027-01-02Z', '0'), '22023 range_invalid', 'a session takes time');
select is(tests.asks('2027-01-01Z', '2027-01-02Z', '1441'), '22023 range_invalid', 'but not more than a day');
select is(tests.asks('2027-01-01Z', '2027-01-02Z', tutor => 'nobody@tests.example'), 'PT404 tutor_unknown',
  'of a tutor that there is');
select is(tests.asks('2027-01-01Z', '2027-01-02Z', tutor => 'Tutor@Tests.Example'), 'taken', 'in any case');

select * from finish();
rollback;
