begin;
select plan(1);

select throws_ok($$ select inbox.park('tests/payment/pi_1', 'Waits for it.') $$, 'SB001', 'Waits for it.',
  'parking undoes the effect of the event');

select * from finish();
rollback;
