create function outbox.receipt_url(delivery_id bigint) returns text
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select s.functions_url || '/receipt?delivery=' || receipt_url.delivery_id || '&signature='
    || outbox.receipt_signature(receipt_url.delivery_id)
    from outbox.settings s
  );
end
$$;
comment on function outbox.receipt_url(bigint) is
  'The URL at which the receiver of a delivery reports that its work is done; the same on every attempt. Null when no '
  'functions_url is set.';
