begin;
select plan(7);

select inbox.reject('tests', 'signature_wrong', 20, '{}');
select lives_ok(tests.the_remedy('webhooks refused', 1), 'they were somebody else''s');
select is_empty($$ select 1 from ops.attention a where a.what = 'webhooks refused' $$, 'noted');
update ops.acknowledgements set acknowledged_at = now() - interval '1 second' where what = 'webhooks refused';
select inbox.reject('tests', 'signature_wrong', 5, '{}');
select isnt_empty($$ select 1 from ops.attention a where a.what = 'webhooks refused' $$, 'the next are shown again');

select tests.a_product('chair', 1000, 10);
select tests.is_sold('cart');
update public.payments set amount_minor = 1001 where provider_ref = 'pi_cart';
select ops.audit_consistency();
select lives_ok(tests.the_remedy('order and payment differ in amount'), 'a difference is accepted');
select is_empty($$ select 1 from ops.attention a where a.what = 'order and payment differ in amount' $$, 'noted');
update public.payments set amount_minor = 1500 where provider_ref = 'pi_cart';
select pg_sleep(0.002); -- so that the next one has the later id
select ops.audit_consistency();
select isnt_empty($$ select 1 from ops.attention a where a.what = 'order and payment differ in amount' $$,
  'another difference is shown again');
select throws_ok($$ select ops.acknowledge('dispute lost', 'x', 'seen') $$, 'P0002', null, 'what is not there');

select * from finish();
rollback;
