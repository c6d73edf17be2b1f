begin;
select plan(3);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_delivery('sending'), tests.a_delivery('delivered');
select tests.a_courier('courier');
select tests.claim('courier');
select tests.record('courier', 'delivered', 'delivered');

select throws_matching($$ select outbox.retry((tests.the_delivery('sending')).id) $$,
  'is not waiting, dead or cancelled', 'one that is being sent');
select throws_matching($$ select outbox.retry((tests.the_delivery('delivered')).id) $$,
  'is not waiting, dead or cancelled', 'one that was delivered');
select throws_matching($$ select outbox.retry(-1) $$, 'delivery -1 is not waiting', 'one that does not exist');

select * from finish();
rollback;
