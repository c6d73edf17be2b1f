begin;
select plan(3);

select tests.a_quiet_outbox();
select outbox.set_functions_url('https://tests.example/functions/v1');
create temporary table bodies as
  select outbox.with_receipt('{"type" : "a", "data" : {"amount":1.10, "text":"}\"é", "none":null}}', 5) as body;

select is((select b.body::jsonb - 'receipt_url' from bodies b),
  '{"type": "a", "data": {"amount": 1.10, "text": "}\"é", "none": null}}', 'the rest is unchanged');
select is((select b.body::jsonb ->> 'receipt_url' from bodies b), outbox.receipt_url(5),
  'and the URL for its receipt is added');
select ok((select starts_with(b.body, '{"type" : "a", "data" : {"amount":1.10, "text":"}\"é", "none":null}')
  from bodies b), 'everything before it is the same, byte for byte');

select * from finish();
rollback;
