create function community.connect_chat() returns void
language plpgsql
set search_path = ''
as $$
begin
  update community.settings s set conversations = true where s.only_row;
  -- outbox.disconnect may have switched them off.
  update outbox.routes r set enabled = true where r.destination = 'whop_message' and not r.enabled;
end
$$;
comment on function community.connect_chat() is
  'Memberships that become valid from now on start a conversation: select community.connect_chat().';
