begin;
select plan(2);

select throws_matching($$ select inbox.reconcile('nobody') $$, 'there is no provider nobody',
  'nobody is left thinking that it was asked');
select throws_matching($$ select inbox.reconcile(null) $$, 'there is no provider', 'not even nobody');

select * from finish();
rollback;
