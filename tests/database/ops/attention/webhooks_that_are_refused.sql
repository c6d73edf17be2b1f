begin;
select plan(6);

select inbox.reject('tests', 'signature_wrong', 4, '{}');
select is_empty($$ select 1 from ops.attention a where a.what = 'webhooks refused' and a.id = 'tests' $$,
  'a few with a wrong signature may be anybody''s');
select inbox.reject('tests', 'signature_wrong', 16, '{}');
select matches(
  (select a.why from ops.attention a where a.what = 'webhooks refused' and a.id = 'tests'),
  '^From tests, 20 webhooks were refused since .* and none was accepted: signature_wrong', 'many are not'
);
select is((select a.severity from ops.attention a where a.what = 'webhooks refused' and a.id = 'tests'), 'urgent',
  'what it sends is not received');
select inbox.reject('tests_2', 'secret_not_configured', 1, '{}');
select matches((select a.why from ops.attention a where a.what = 'webhooks refused' and a.id = 'tests_2'),
  '^From tests_2, 1 webhook was refused .* Its secret is not set here', 'without a secret, one is enough');

update inbox.rejections r set last_at = now() - interval '1 minute' where r.provider = 'tests';
select is(tests.receive(tests.fact_captured('pi_1')), 'applied', 'one is accepted');
select is_empty($$ select 1 from ops.attention a where a.what = 'webhooks refused' and a.id = 'tests' $$,
  'so the secret is right');

select * from finish();
rollback;
