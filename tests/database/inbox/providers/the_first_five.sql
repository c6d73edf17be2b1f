begin;
select plan(1);

select is_empty(
  $$ select n from unnest('{stripe,paypal,fapshi,whop,fathom}'::text[]) n
  where not exists (select 1 from inbox.providers p where p.name = n) $$, 'the reconciler knows all of them'
);

select * from finish();
rollback;
