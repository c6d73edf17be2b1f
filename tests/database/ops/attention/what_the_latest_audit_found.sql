begin;
select plan(2);

select tests.a_product('chair', 1000, 10);

select tests.a_checkout('cart');
update public.checkout_sessions set expires_at = now() - interval '1 hour' where id = tests.id('cart');
select ops.audit_consistency();

select results_eq(
  $$ select a.what, a.which, a.since, a.remedy from ops.attention a where a.id = tests.id('cart')::text $$,
  $$ values ('checkout open past its time', 'checkout of buyer@tests.example', now(),
    E'-- Expires it: what it held is on sale again.\nselect commerce.expire_checkouts();' collate "default") $$,
      'with what to do'
);
select commerce.expire_checkouts(1000000);
select pg_sleep(0.002); -- so that the next one has the later id
select ops.audit_consistency();
select is_empty($$ select 1 from ops.attention a where a.id = tests.id('cart')::text $$,
  'until the next run does not find it any more');

select * from finish();
rollback;
