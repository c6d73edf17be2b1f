begin;
select plan(4);

select tests.receive(tests.fact_captured('pi_1'));
select tests.receive(tests.fact_pending('pi_2'));

select is((commerce.payment_of('tests', 'pi_1')).id, (tests.the_payment('pi_1')).id, 'a captured payment is found');
select throws_ok($$ select commerce.payment_of('tests', 'pi_2') $$, 'SB001',
  'Waits for the capture of payment pi_2, which was not received yet.', 'one not captured yet parks the event');
select throws_ok($$ select commerce.payment_of('tests', 'pi_3') $$, 'SB001', null, 'so does an unknown one');
select throws_ok($$ select commerce.payment_of('tests_too', 'pi_1') $$, 'SB001', null,
  'another provider''s payment is another payment');

select * from finish();
rollback;
