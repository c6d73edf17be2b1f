begin;
select plan(11);

select tests.create_user('amina@tests.example');
select tests.authenticate_as('amina@tests.example');

select throws_ok($$ select 1 from public.disputes $$, '42501', null, 'disputes');
select throws_ok($$ select 1 from public.stock_reservations $$, '42501', null, 'reservations');
select throws_ok($$ select 1 from public.membership_invoices $$, '42501', null, 'the bills of memberships');
select throws_ok($$ select 1 from inbox.events $$, '42501', null, 'the inbox');
select throws_ok($$ select 1 from outbox.messages $$, '42501', null, 'the outbox');
select throws_ok($$ select 1 from ops.attention $$, '42501', null, 'what admins see');
select throws_ok($$ select inbox.receive('[]') $$, '42501', null, 'nobody hands events in');
select throws_ok($$ select outbox.ring() $$, '42501', null, 'nobody rings');
select throws_ok($$ select commerce.user_of('ben@tests.example') $$, '42501', null, 'nobody asks who has an account');
select throws_ok($$ select commerce.open_checkout('ben@tests.example', '[]') $$, '42501', null, 'nobody opens a checkout but through the function');
select throws_ok($$ select outbox.doorbell_signature(1, 'n') $$, '42501', null, 'nobody signs a bell');

select * from finish();
rollback;
