begin;
select plan(8);

select tests.receive(tests.fact_captured('pi_1'));
create function tests.an_entry(but jsonb) returns text language sql as $$
  select format('insert into public.credit_ledger select * from jsonb_populate_record(null::public.credit_ledger, %L)',
    jsonb_build_object(
    'id', ops.uuid7(), 'email', 'amina@tests.example', 'credits', 5, 'reason', 'granted', 'created_at', now()
  ) || but)
$$;
select lives_ok(tests.an_entry('{}'), 'an admin gives credits');
select lives_ok(tests.an_entry('{"credits": -5, "reason": "spent"}'), 'they are spent');
select tests.is_refused(tests.an_entry('{"credits": 0}'), 'an_entry_changes_the_balance',
  'an entry changes the balance');
select tests.is_refused(tests.an_entry('{"email": null}'), 'an_entry_is_somebodys', 'it has an owner');
select tests.is_refused(tests.an_entry('{"reason": "bought"}'), 'what_was_bought_or_refunded_names_its_payment',
  'bought credits name their payment');
select tests.is_refused(tests.an_entry('{"reason": "refunded", "credits": -5}'),
  'what_was_bought_or_refunded_names_its_payment', 'so do refunded ones');
select tests.is_refused(
  tests.an_entry(jsonb_build_object('payment_id', (tests.the_payment('pi_1')).id)),
  'what_was_bought_or_refunded_names_its_payment', 'granted ones name none'
);
select tests.is_refused(tests.an_entry('{"reason": "bought", "payment_id": "00000000-0000-4000-8000-000000000000"}'),
  'credits_are_bought_by_a_payment', 'a payment that exists');

select * from finish();
rollback;
