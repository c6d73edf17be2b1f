begin;
select plan(14);

select tests.create_user('amina@tests.example');
select tests.authenticate_as('amina@tests.example');

select throws_ok($$ select 1 from inbox.events $$, '42501', null, 'the inbox');
select throws_ok($$ select 1 from inbox.providers $$, '42501', null, 'the providers of the reconciler');
select throws_ok($$ select 1 from inbox.reconciliations $$, '42501', null, 'its runs');
select throws_ok($$ select 1 from inbox.inquiries $$, '42501', null, 'its inquiries');
select throws_ok($$ select 1 from outbox.messages $$, '42501', null, 'the outbox');
select throws_ok($$ select 1 from ops.attention $$, '42501', null, 'the view for admins');
select throws_ok($$ select inbox.receive('[]') $$, '42501', null, 'nobody hands in events');
select throws_ok($$ select inbox.retry('00000000-0000-4000-8000-000000000000', '[]') $$, '42501', null,
  'nobody retries them');
select throws_ok($$ select inbox.reconcile('stripe') $$, '42501', null, 'nobody starts the reconciler');
select throws_ok($$ select commerce.may_capture('00000000-0000-4000-8000-000000000000') $$, '42501', null,
  'nobody asks what may be captured');
select throws_ok($$ select outbox.ring() $$, '42501', null, 'nobody rings');
select throws_ok($$ select commerce.user_of('ben@tests.example') $$, '42501', null, 'nobody looks up accounts');
select throws_ok($$ select commerce.open_checkout('ben@tests.example', '[]') $$, '42501', null,
  'nobody opens a checkout except through the function');
select throws_ok($$ select outbox.doorbell_signature(1, 'n') $$, '42501', null, 'nobody signs a bell');

select * from finish();
rollback;
