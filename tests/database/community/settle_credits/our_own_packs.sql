begin;
select plan(6);

select tests.create_user('amina@tests.example');
select tests.a_pack('pack', 10), tests.a_pack('big pack', 100);
select tests.is_sold('known', '{"pack": 2, "big pack": 1}', 'amina@tests.example'),
  tests.is_sold('guest', '{"pack": 1}', 'guest@tests.example');

select is((select sum(l.credits) from public.credit_ledger l where l.user_id = tests.user_id('amina@tests.example')),
  120::bigint, 'all packs of the order');
select is(tests.the_credits('pi_guest'), 10::bigint, 'a guest''s credits too');
select is((select l.email from public.credit_ledger l where l.payment_id = (tests.the_payment('pi_guest')).id),
  'guest@tests.example', 'by the e-mail address of the checkout');
select tests.receive(tests.fact_refund('re_1', 'pi_known', 1000));
select is(tests.the_credits('pi_known'), 120::bigint, 'a partial refund changes nothing');
select tests.receive(tests.fact_refund('re_2', 'pi_known', 2000));
select is(tests.the_credits('pi_known'), 0::bigint, 'a full refund takes all of them');
select tests.receive(tests.fact_refund('re_2', 'pi_known', 2000, 'failed'));
select is((select sum(l.credits) from public.credit_ledger l where l.user_id = tests.user_id('amina@tests.example')),
  120::bigint, 'until that refund fails');

select * from finish();
rollback;
