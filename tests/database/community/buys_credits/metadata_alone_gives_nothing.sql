begin;
select plan(8);

create function tests.claiming(credits integer, pack text) returns jsonb language sql immutable as $$
  select jsonb_build_object('credits', jsonb_build_object('pack_ref', pack, 'credits', claiming.credits))
$$;
insert into public.credit_packs (provider, provider_ref, name, credits, price_minor, currency)
  values ('tests', 'pack_1', '50 credits', 50, 1000, 'EUR');

select tests.receive(tests.fact_captured('pi_right') || tests.claiming(50, 'pack_1'));
select is(tests.the_credits('pi_right'), 50::bigint, 'a pack that is sold at this price gives its credits');
select tests.receive(tests.fact_captured('pi_greedy') || tests.claiming(1000000, 'pack_1'));
select is(tests.the_credits('pi_greedy'), null, 'more credits than the pack has: none');
select tests.receive(tests.fact_captured('pi_cheap', amount => 1) || tests.claiming(50, 'pack_1'));
select is(tests.the_credits('pi_cheap'), null, 'less money than the pack costs: none');
select tests.receive(tests.fact_captured('pi_xaf', amount => 1000, currency => 'XAF') || tests.claiming(50, 'pack_1'));
select is(tests.the_credits('pi_xaf'), null, 'the price in another currency, which is worth less: none');
select tests.receive(tests.fact_captured('pi_other') || tests.claiming(50, 'pack_2'));
select is(tests.the_credits('pi_other'), null, 'a pack that is not on sale: none');
select is(
  (select count(*) from public.payments p where p.needs_review
    and p.provider_ref in ('pi_greedy', 'pi_cheap', 'pi_xaf', 'pi_other')), 4::bigint,
  'each of them needs review'
);
insert into public.credit_packs (provider, provider_ref, name, credits, price_minor, currency)
  values ('tests', 'pack_2', '50 credits', 50, 1000, 'EUR');
select is(tests.the_credits('pi_other'), 50::bigint, 'the pack is added: its credits follow');
select is((tests.the_payment('pi_other')).needs_review, false, 'and the review is closed');

select * from finish();
rollback;
