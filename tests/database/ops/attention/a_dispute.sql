begin;
select plan(8);

select tests.a_product('chair', 2000);
select tests.is_sold('cart');
select tests.receive(tests.fact_dispute('dp_1', (
  select p.provider_ref from public.payments p where p.checkout_session_id = tests.id('cart')
), 'needs_response') || '{"evidence_due_at": "2026-12-01T00:00:00Z"}');
select matches((select a.why from ops.attention a where a.what = 'dispute to answer'),
  '^A buyer disputes 10\.00 EUR \(fraudulent\)\. Unanswered it is lost after 2026-12-01T', 'one that must be answered');
update public.disputes set status = 'under_review' where provider = 'tests';
select is_empty($$ select 1 from ops.attention a where a.what like 'dispute%' $$, 'one that was answered');
update public.disputes set status = 'lost' where provider = 'tests';
select matches((select a.why from ops.attention a where a.what = 'dispute lost'),
  '^The buyer has 10\.00 EUR back\. Decide about what they bought: order [0-9]+\.$', 'one that was lost');
select throws_ok($$ select ops.acknowledge('payment needs review', 'x', 'seen') $$, '22023', null,
  'what can be mended cannot be acknowledged away');
select throws_ok((select a.remedy from ops.attention a where a.what = 'dispute lost'), '22023', null, 'for a reason');
select lives_ok(tests.the_remedy('dispute lost'), 'a person decides');
select is_empty($$ select 1 from ops.attention a where a.what like 'dispute%' $$, 'and it is decided');
select is((select d.reason from ops.decisions d where d.command = 'ops.acknowledge'), 'a test', 'and why is kept');

select * from finish();
rollback;
