begin;
select plan(1);

select throws_ok($$ select inbox.park('tests/payment/pi_1', 'Waits for it.') $$, 'SB001', 'Waits for it.',
  'parking undoes what the event did so far');

select * from finish();
rollback;
