begin;
select plan(3);

select matches(outbox.receipt_signature(1), '^[0-9a-f]{64}$', 'an HMAC-SHA256 in hex');
select is(outbox.receipt_signature(1), outbox.receipt_signature(1), 'the same for the same delivery');
select isnt(outbox.receipt_signature(1), outbox.receipt_signature(2), 'another for another delivery');

select * from finish();
rollback;
