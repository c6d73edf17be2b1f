begin;
select plan(4);

select tests.create_user('student@tests.example'), tests.create_user('tutor@tests.example'),
  tests.create_user('other@tests.example'), tests.an_admin('admin@tests.example');
select tests.a_lesson('lesson');

select tests.a_paid_lesson('hour', now() + interval '3 days');
select tests.cancels('tutor@tests.example');
select tests.receive_events(tests.an_event('evt_refund', tests.fact_refund('re_1', 'pi_hour', 1000))
  || '{"provider": "stripe"}');
select is((tests.the_order('hour')).status, 'refunded', 'the order is refunded');
select is((tests.the_session('session')).status, 'cancelled', 'the session stays cancelled');
select tests.receive_events(tests.an_event('evt_failed', tests.fact_refund('re_1', 'pi_hour', 1000, 'failed'))
  || '{"provider": "stripe"}');
select is((tests.the_session('session')).status, 'cancelled', 'also when the refund fails: nobody has to be there');
select is(tests.inconsistencies(), null, 'and the audit accepts it');

select * from finish();
rollback;
