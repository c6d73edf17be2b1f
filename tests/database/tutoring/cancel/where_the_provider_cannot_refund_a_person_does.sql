begin;
select plan(4);

select tests.create_user('student@tests.example'), tests.create_user('tutor@tests.example'),
  tests.create_user('other@tests.example'), tests.an_admin('admin@tests.example');
select tests.a_lesson('lesson');

select tests.a_paid_lesson('hour', now() + interval '3 days', provider => 'fapshi');
select is(tests.cancels('tutor@tests.example'), 'tutor by_hand 1000', 'it says that it is by hand');
select is((tests.the_order('hour')).status, 'needs_attention', 'the order needs attention');
select matches((tests.the_order('hour')).attention_reason,
  'fapshi cannot refund by its API: pay back 10.00 EUR by hand, then commerce.record_refund',
  'which says what to do');
select is(tests.inconsistencies(), null, 'and the audit accepts it');

select * from finish();
rollback;
