begin;
select plan(4);

select tests.a_product('chair', 1000, 10);
select tests.a_checkout('cart');
select tests.is_paid('cart', provider => 'stripe');
select tests.remember('payment', (tests.the_order('cart')).payment_id::text);
select tests.remember('one', commerce.request_refund(tests.id('payment'), 100)::text),
  tests.remember('two', commerce.request_refund(tests.id('payment'), 200)::text);
create function tests.stands(name text) returns text language sql as $$ select concat_ws(' ', q.status, q.provider_ref,
  q.error) from public.refund_requests q where q.id = tests.id(name) $$;
select commerce.note_refund(tests.id('one'), 're_1', 'words to it'),
  commerce.note_refund(tests.id('two'), error => 'The charge is disputed.');
select is(tests.stands('one'), 'sent re_1', 'its id of the refund');
select is(tests.stands('two'), 'refused The charge is disputed.', 'or the reason for the refusal');
select commerce.note_refund(tests.id('one'), error => 'late'), commerce.note_refund(tests.id('two'), 're_2');
select is(tests.stands('one') || ', ' || tests.stands('two'), 'sent re_1, refused The charge is disputed.',
  'the first response is kept');
select lives_ok($$ select commerce.note_refund(gen_random_uuid(), 're_3') $$,
  'a deleted request changes nothing');

select * from finish();
rollback;
