begin;
select plan(14);

select tests.an_admin('admin@tests.example'), tests.an_admin('second@tests.example');
select tests.a_quiet_outbox(), tests.a_destination('tests_a');
select tests.a_product('chair', 5000, 10);
select tests.a_checkout('cart');
select tests.is_paid('cart', provider => 'stripe');
select tests.remember('payment', (tests.the_order('cart')).payment_id::text);
select tests.remember('key', '0199a000-0000-4000-8000-000000000001');
select tests.remember('key_of_secret', '0199a000-0000-4000-8000-000000000002');
create temporary table answers (name text, it jsonb);
grant all on answers to public;
create function tests.answer(name text) returns jsonb language sql as $$
  select a.it from answers a where a.name = answer.name
$$;
create function tests.part() returns jsonb language sql as $$
  select jsonb_build_object('payment_id', tests.id('payment'), 'amount_minor', 1000, 'reason', 'broken')
$$;

select tests.authenticate_as('second@tests.example');
insert into answers values ('preview of the second', console.preview('commerce.request_refund', tests.part()));
select tests.as_owner();
select tests.authenticate_as('admin@tests.example');
insert into answers values ('preview', console.preview('commerce.request_refund', tests.part()));
insert into answers values ('first',
  console.run('commerce.request_refund', tests.part(), tests.answer('preview') ->> 'hash', tests.id('key')));
insert into answers values ('again',
  console.run('commerce.request_refund', tests.part(), tests.answer('preview') ->> 'hash', tests.id('key')));
select is(tests.answer('again') ->> 'result', tests.answer('first') ->> 'result', 'what it did is answered again');
select is(tests.answer('again') ->> 'hash', tests.answer('preview') ->> 'hash', 'in the same form');
select is(tests.refusal($$ select console.run('commerce.request_refund', tests.part() || '{"amount_minor": 2000}',
  key => tests.id('key')) $$), '22023', 'the key of another amount is refused');
select is(tests.refusal($$ select console.run('outbox.resume', '{"destination": "tests_a"}',
  key => tests.id('key')) $$), '22023', 'and that of another command');

select is(console.run('commerce.request_refund', tests.part(), tests.answer('preview') ->> 'hash') ->> 'message',
  'it has changed since the preview: look at it again', 'without the key the same preview is over, too');
select tests.as_owner();
select tests.authenticate_as('second@tests.example');
insert into answers values ('second', console.run('commerce.request_refund', tests.part(),
  tests.answer('preview of the second') ->> 'hash', tests.id('key')));
select is(tests.answer('second') ->> 'details', 'changed', 'also for another admin, whose key it is not');
insert into answers values ('looked', console.preview('commerce.request_refund', tests.part()));
insert into answers values ('more',
  console.run('commerce.request_refund', tests.part(), tests.answer('looked') ->> 'hash', tests.id('key')));
select isnt(tests.answer('more') ->> 'result', tests.answer('first') ->> 'result', 'who looks again refunds more');
select tests.as_owner();
select is((select count(*) from public.refund_requests q), 2::bigint, 'nothing else is requested');
select is((select count(*) from console.actions x where x.key is not null and x.error is null), 2::bigint,
  'nor recorded');

select tests.authenticate_as('admin@tests.example');
insert into answers values
  ('rotated', console.run('outbox.rotate_secret', '{"destination": "tests_a"}', key => tests.id('key_of_secret'))),
  ('rotated again',
    console.run('outbox.rotate_secret', '{"destination": "tests_a"}', key => tests.id('key_of_secret')));
select alike(tests.answer('rotated') ->> 'result', 'whsec_%', 'a secret is returned');
select alike(tests.answer('rotated again') ->> 'message', '%is stored nowhere', 'once');
select is(current_setting('response.status', true), '409', 'as a refusal');

select tests.remember('key_of_refused', '0199a000-0000-4000-8000-000000000003');
insert into answers values
  ('refused', console.run('outbox.pause', '{"destination": "late", "reason": "a test"}',
    key => tests.id('key_of_refused')));
select tests.as_owner();
select tests.a_destination('late');
select tests.authenticate_as('admin@tests.example');
insert into answers values
  ('mended', console.run('outbox.pause', '{"destination": "late", "reason": "a test"}',
    key => tests.id('key_of_refused')));
select is(tests.answer('refused') ->> 'message', 'there is no destination late', 'a refusal has done nothing');
select is(tests.answer('mended') ->> 'message', null, 'so its key may try again');

select * from finish();
rollback;
