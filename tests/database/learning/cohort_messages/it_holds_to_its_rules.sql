begin;
select plan(3);

select tests.a_course('maths');
create function tests.a_row(name text, body text) returns text language sql as $$
  select
    format('insert into public.cohort_messages (cohort_id, author_name, body) values (tests.id(''maths''), %L, %L)',
      name, body)
$$;
select tests.is_refused(tests.a_row(' ', 'x'), 'a_name_is_not_blank', 'somebody says');
select tests.is_refused(tests.a_row('x', ''), 'a_body_is_not_blank', 'something');
select tests.is_refused(tests.a_row('x', repeat('y', 20001)), 'a_body_is_not_blank', 'that can be read');

select * from finish();
rollback;
