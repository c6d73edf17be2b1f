create function commerce.recipient_trouble(checkout public.checkout_sessions) returns text
language plpgsql immutable
set search_path = ''
as $$
begin
  if (checkout.shipping_address ->> 'country') <> all (checkout.shipping_countries) then
    return format(
      'It goes to %s, and shipping was paid for %s. Ask the buyer for the difference, refund it, or settle it.',
      checkout.shipping_address ->> 'country', array_to_string(checkout.shipping_countries, ', ')
    );
  end if;
  return null;
end
$$;
comment on function commerce.recipient_trouble(public.checkout_sessions) is
  'Null, or a text about a buyer who chose an address on the provider''s page in a country that shipping was not '
  'priced for.';
