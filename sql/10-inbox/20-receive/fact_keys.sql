-- What a fact is about. Everything that reads or changes one of these objects holds its lock: two events about one
-- object queue, and a parking event cannot miss the event it waits for.
create function inbox.fact_keys(provider text, fact jsonb) returns text[]
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  return case split_part(fact ->> 'type', '.', 1)
    -- An approval and its cancellation.
    when 'checkout' then array[provider || '/payment/' || (fact ->> 'provider_ref')]
    when 'refund' then array[provider || '/payment/' || (fact ->> 'payment_ref')]
    when 'dispute' then array[provider || '/payment/' || (fact ->> 'payment_ref')]
    when 'payment' then
      array_remove(array[
        provider || '/payment/' || coalesce(fact ->> 'provider_ref', fact ->> 'payment_ref'),
        provider || '/parts/' || (fact ->> 'part_of')
      ], null)
    when 'invoice' then array[provider || '/invoice/' || (fact ->> 'provider_ref'),
      provider || '/payment/' || (fact ->> 'payment_ref')]
    when 'membership' then
      array_remove(array[
        provider || '/membership/' || (fact ->> 'provider_ref'),
        provider || '/invoice/' || (fact ->> 'invoice_ref'),
        provider || '/payment/' || (fact ->> 'payment_ref'),
        provider || '/customer/' || (fact ->> 'customer_ref')
      ], null)
    when 'stock' then array[provider || '/product/' || (fact ->> 'sku')]
    else array[provider || '/' || split_part(fact ->> 'type', '.', 1) || '/' || (fact ->> 'provider_ref')]
  end;
end
$$;
comment on function inbox.fact_keys(text, jsonb) is
  'The lock keys of the objects a fact is about, such as stripe/payment/pi_1.';
