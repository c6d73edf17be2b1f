begin;
select plan(1);

select tests.receive(tests.fact_membership('sub_1', 'active'));
select tests.is_refused($$ insert into public.memberships (provider, provider_ref, status, as_of, as_of_event)
  values ('tests', 'sub_1', 'active', now(), 'x') $$, 'a_provider_names_a_membership_once',
  'a provider names a membership once');

select * from finish();
rollback;
