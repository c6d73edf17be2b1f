begin;
select plan(7);

select tests.a_product('chair'), tests.a_pack('pack', 10), tests.a_course('maths'), tests.a_lesson('lesson');
select tests.is_sold('cart', '{"chair": 1, "pack": 1, "maths": 1}', 'Guest@Tests.example');
select tests.a_booking('hour', 'lesson', interval '2 days', 'guest@tests.example');
select tests.receive(tests.fact_captured('pi_hour', 'hour', 1000));
select tests.receive(tests.fact_customer('cus_1', 'guest@tests.example'),
  tests.fact_membership('sub_1', 'active') || '{"email": "Guest@tests.example"}',
  tests.fact_membership('sub_2', 'active') || '{"customer_ref": "cus_1"}');
insert into public.appointments (email, title, starts_at, ends_at) values ('guest@tests.example', 'x', now(),
  now() + interval '1 hour');
insert into public.student_questions (email, subject, question) values ('guest@tests.example', 'x', 'y');
insert into public.support_tickets (email, subject, body) values ('guest@tests.example', 'x', 'y');
select tests.create_user('guest@tests.example', confirmed => false);
create function tests.linked() returns text language sql stable as $$
  select string_agg(x.name || ' ' || x.count, ', ' order by x.name) from (
    select 'checkouts' as name, count(*) from public.checkout_sessions r
      where r.user_id = tests.user_id('guest@tests.example')
    union all select 'payments', count(*) from public.payments r where r.user_id = tests.user_id('guest@tests.example')
    union all select 'orders', count(*) from public.orders r where r.user_id = tests.user_id('guest@tests.example')
    union all select 'enrollments', count(*) from public.enrollments r
      where r.user_id = tests.user_id('guest@tests.example')
    union all select 'customers', count(*) from public.customers r
      where r.user_id = tests.user_id('guest@tests.example')
    union all select 'memberships', count(*) from public.memberships r
      where r.user_id = tests.user_id('guest@tests.example')
    union all select 'credits', count(*) from public.credit_ledger r
      where r.user_id = tests.user_id('guest@tests.example')
    union all select 'sessions', count(*) from public.tutoring_sessions r
      where r.student_user_id = tests.user_id('guest@tests.example')
    union all select 'appointments', count(*) from public.appointments r
      where r.user_id = tests.user_id('guest@tests.example')
    union all select 'questions', count(*) from public.student_questions r
      where r.user_id = tests.user_id('guest@tests.example')
    union all select 'tickets', count(*) from public.support_tickets r
      where r.user_id = tests.user_id('guest@tests.example')
  ) x where x.count > 0
$$;
select is(tests.linked(), null, 'an address that is not confirmed gets nothing');
update auth.users u set email_confirmed_at = now() where u.email = 'guest@tests.example';
select is(tests.linked(), 'appointments 1, checkouts 2, credits 1, customers 1, enrollments 1, memberships 2, '
  'orders 2, payments 2, questions 1, sessions 1, tickets 1', 'once it is confirmed: everything');
select is(tests.by('guest@tests.example', 'select from public.fulfillments'), '1',
  'the parcel is read through its order');
select is(community.balance(tests.user_id('guest@tests.example')), 10::bigint, 'the credits can be spent');
select is(ops.link_confirmed(tests.user_id('guest@tests.example')), '{}', 'called again, it finds nothing');
select is((select string_agg(l.how || ' ' || l.email || ' ' || jsonb_array_length(l.rows -> 'orders'), ', ')
  from ops.person_links l), 'confirmed guest@tests.example 2', 'it is recorded, once');
select is(tests.inconsistencies(), null, 'and the audit is content');

select * from finish();
rollback;
