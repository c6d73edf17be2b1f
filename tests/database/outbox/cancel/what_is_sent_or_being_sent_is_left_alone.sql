begin;
select plan(3);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_delivery('sending'), tests.a_delivery('delivered');
select tests.a_courier('courier');
select tests.claim('courier');
select tests.record('courier', 'delivered', 'delivered');

select throws_matching($$ select outbox.cancel((tests.the_delivery('sending')).id, 'x') $$, 'is not waiting or dead',
  'one that is being sent');
select throws_matching($$ select outbox.cancel((tests.the_delivery('delivered')).id, 'x') $$, 'is not waiting or dead',
  'one that was delivered');
select throws_matching($$ select outbox.cancel(-1, 'x') $$, 'delivery -1 is not waiting', 'one that does not exist');

select * from finish();
rollback;
