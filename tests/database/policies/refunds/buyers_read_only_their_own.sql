begin;
select plan(3);

select tests.create_user('amina@tests.example');
select tests.create_user('ben@tests.example');
select tests.a_product('chair');
select tests.a_checkout('a', email => 'amina@tests.example');
select tests.a_checkout('b', email => 'ben@tests.example');
select tests.receive(tests.fact_captured('pi_a', 'a'), tests.fact_captured('pi_b', 'b'), tests.fact_captured('pi_c'));
select tests.receive(tests.fact_refund('re_a', 'pi_a', 1), tests.fact_refund('re_b', 'pi_b', 1),
  tests.fact_refund('re_c', 'pi_c', 1));
select tests.authenticate_as('amina@tests.example');

select results_eq($$ select r.provider_ref from public.refunds r $$, $$ values ('re_a') $$,
  'neither another''s nor nobody''s');
select throws_ok($$ update public.refunds set amount_minor = 1 $$, '42501', null, 'and change nothing');
select tests.as_owner();
select tests.as_anon();
select throws_ok($$ select 1 from public.refunds $$, '42501', null, 'without an account none at all');

select * from finish();
rollback;
