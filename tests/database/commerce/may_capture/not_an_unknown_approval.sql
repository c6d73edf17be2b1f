begin;
select plan(1);

select results_eq(
  $$ select m.outcome, m.reason from commerce.may_capture('00000000-0000-4000-8000-000000000000') m $$,
  $$ values ('refused', 'There is no approval 00000000-0000-4000-8000-000000000000.') $$,
    'it was deleted: an admin should know'
);

select * from finish();
rollback;
