begin;
select plan(5);

select matches(outbox.doorbell_signature(1767225600, 'n'), '^[0-9a-f]{64}$', 'an HMAC-SHA256 in hex');
select is(outbox.doorbell_signature(1767225600, 'n'), outbox.doorbell_signature(1767225600, 'n'),
  'the same of the same');
select isnt(outbox.doorbell_signature(1767225600, 'n'), outbox.doorbell_signature(1767225601, 'n'),
  'another of another time');
select isnt(outbox.doorbell_signature(1767225600, 'n'), outbox.doorbell_signature(1767225600, 'm'),
  'another of another nonce');
select isnt(outbox.doorbell_signature(17, '67.n'), outbox.doorbell_signature(1767, 'n'),
  'time and nonce do not run into one another');

select * from finish();
rollback;
