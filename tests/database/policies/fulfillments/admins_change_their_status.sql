begin;
select plan(4);

select tests.create_user('amina@tests.example');
select tests.create_user('ben@tests.example');
select tests.an_admin('admin@tests.example');
select tests.a_product('chair');
select tests.a_checkout('cart', email => 'amina@tests.example');
select tests.receive(tests.fact_captured('pi_1', 'cart'));
select is(tests.by('amina@tests.example', 'select from public.fulfillments') || tests.by('ben@tests.example',
  'select from public.fulfillments'), '10', 'the buyer reads the own ones');
select is(tests.by('amina@tests.example', 'update public.fulfillments set status = ''shipped'' where true'), '0',
  'and does not change their status');
select is(tests.by('admin@tests.example',
  'update public.fulfillments set status = ''shipped'', carrier = ''DHL'' where true'), '1', 'an admin does');
select is(tests.by('admin@tests.example', 'update public.fulfillments set shipped_at = now() where true'), '42501',
  'but does not set the times');

select * from finish();
rollback;
