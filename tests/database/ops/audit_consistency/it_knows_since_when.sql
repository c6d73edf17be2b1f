begin;
select plan(1);

select tests.a_product('chair', 1000, 10);

select tests.a_checkout('cart');
update public.checkout_sessions set expires_at = now() - interval '1 hour' where id = tests.id('cart');
select ops.audit_consistency();
update ops.audits set findings = jsonb_set(findings, '{0,since}', to_jsonb(now() - interval '2 days'));
select pg_sleep(0.002); -- so that the next one has the later id
select tests.a_checkout('other');
update public.checkout_sessions set expires_at = now() - interval '1 hour' where id = tests.id('other');

select results_eq(
  'select f.id, f.since from ops.audit_consistency() f', $$ values (tests.id('cart')::text, now() - interval '2 days'),
  (tests.id('other')::text, now()) $$,
  'an older finding keeps its date and comes first; a new one has today''s'
);

select * from finish();
rollback;
