begin;
select plan(3);

select tests.a_product('chair', 1000, 10);

select tests.a_checkout('cart');
update public.checkout_sessions set expires_at = now() - interval '1 hour' where id = tests.id('cart');
create temporary table said as select * from ops.audit_consistency();

select results_eq(
  'select s.what, s.id, s.remedy from said s', $$ values ('checkout open past its time', tests.id('cart')::text,
    E'-- Expires it: what it held is on sale again.\nselect commerce.expire_checkouts();') $$,
      'it returns what it found'
);
select results_eq(
  $$ select a.found, a.ran_by, f.what, f.id from (select * from ops.audits a order by a.id desc limit 1) a,
  jsonb_to_recordset(a.findings) as f (what text, id text) $$,
  $$ values (1, session_user::text collate "default", 'checkout open past its time', tests.id('cart')::text) $$,
    'and stores it'
);
select ok((select a.finished_at >= a.started_at and a.started_at >= now() from ops.audits a order by a.id desc limit 1),
  'with its time');

select * from finish();
rollback;
