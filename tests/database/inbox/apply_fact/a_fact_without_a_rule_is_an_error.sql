begin;
select plan(2);

select throws_matching($$ select inbox.apply_fact('tests', 'evt_1', '{"type": "payment.vanished"}') $$,
  'no rule for a fact of type payment.vanished', 'an unknown type');
select throws_matching($$ select inbox.apply_fact('tests', 'evt_1', '{}') $$, 'no rule for a fact of type \(none\)',
  'no type');

select * from finish();
rollback;
