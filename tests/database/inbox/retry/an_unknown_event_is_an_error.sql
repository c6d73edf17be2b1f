begin;
select plan(1);

select throws_matching($$ select inbox.retry('00000000-0000-4000-8000-000000000000') $$,
  'there is no event 00000000-0000-4000-8000-000000000000', 'the caller knows that it failed');

select * from finish();
rollback;
