begin;
select plan(1);

select tests.a_quiet_outbox();
select is(outbox.with_receipt('{"type":"a"}', 5), '{"type":"a"}', 'without a URL no receipt is requested');

select * from finish();
rollback;
