create function learning.ticket_details(ticket_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return jsonb_build_object(
    'reply_token_staff', learning.reply_token('staff', ticket_details.ticket_id),
    'reply_token_customer', learning.reply_token('customer', ticket_details.ticket_id)
  );
end
$$;
comment on function learning.ticket_details(uuid) is
  'What a message about a ticket holds besides its row: the tokens for Reply-To (learning.reply_token).';
