begin;
select plan(3);

select tests.a_cohort('autumn', 2);
select tests.a_seat('seat', 'autumn');
select tests.a_pack('pack', 10);
select tests.a_lesson('lesson');
update public.cohorts set capacity = 1 where id = tests.id('autumn');
select tests.remember('cart', commerce.open_checkout('amina@tests.example', tests.items('{"seat": 1, "pack": 1}')
  || jsonb_build_object('sku', 'lesson', 'quantity', 1, 'starts_at', ops.iso_utc(now() + interval '1 day')))::text);
select tests.is_paid('cart');
create temporary table before as select tests.the_state() as state;

select is(commerce.fulfil_services((tests.the_order('cart')).id), null,
  'nothing is left to do, though the cohort is full by now');
select is(tests.the_state(), (select b.state from before b), 'and nothing is done');
delete from public.enrollments where cohort_id = tests.id('autumn');
delete from public.tutoring_sessions where student_email = 'amina@tests.example';
delete from public.credit_ledger where payment_id = (tests.the_payment('pi_cart')).id;
select commerce.fulfil_services((tests.the_order('cart')).id);
select is(tests.the_state(), (select b.state from before b), 'a missing one is done again');

select * from finish();
rollback;
