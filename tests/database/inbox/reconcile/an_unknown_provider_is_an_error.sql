begin;
select plan(2);

select throws_matching($$ select inbox.reconcile('nobody') $$, 'there is no provider nobody',
  'the caller knows that it was not asked');
select throws_matching($$ select inbox.reconcile(null) $$, 'there is no provider', 'nor null');

select * from finish();
rollback;
