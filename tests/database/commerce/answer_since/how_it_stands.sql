begin;
select plan(5);

select tests.a_product('chair');
select tests.a_checkout('open');
select is(commerce.answer_since(tests.id('open')), '{}', 'nothing new of an open one');
select tests.is_sold('sold');
select is(commerce.answer_since(tests.id('sold')) - 'order',
  '{"state": "paid", "redirect_url": null, "client_secret": null}',
  'a paid one has no page to pay at');
select is((commerce.answer_since(tests.id('sold')) -> 'order' ->> 'id')::uuid, (tests.the_order('sold')).id,
  'and an order');
select tests.a_checkout('failed');
select tests.receive(tests.fact_failed('pi_9', 'failed'));
select is(commerce.answer_since(tests.id('failed')), '{"state": "failed"}', 'a failed one may be paid again');
select tests.receive(tests.fact_pending('pi_10', 'failed'));
select is(commerce.answer_since(tests.id('failed')) ->> 'state', 'processing', 'a pending one is on its way');

select * from finish();
rollback;
