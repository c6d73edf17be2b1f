begin;
select plan(1);

select throws_matching($$ select outbox.retry_dead('nobody') $$, 'there is no destination nobody',
  'a misspelt name is not reported as "0 brought back"');

select * from finish();
rollback;
