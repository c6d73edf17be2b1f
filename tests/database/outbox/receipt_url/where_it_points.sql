begin;
select plan(2);

select outbox.set_functions_url('https://abc.supabase.co/functions/v1/');
select is(
  outbox.receipt_url(12), 'https://abc.supabase.co/functions/v1/receipt?delivery=12&signature='
  || outbox.receipt_signature(12), 'the URL of the function, signed'
);
update outbox.settings set functions_url = null where only_row;
select is(outbox.receipt_url(12), null, 'null while functions_url is not set');

select * from finish();
rollback;
