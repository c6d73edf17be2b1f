create function public.preview_conversation_text(
  key text, language text default 'en', membership_id uuid default null, body text default null
) returns text
language plpgsql stable
security definer -- the schema community stays closed to the Data API
set search_path = ''
as $$
declare
  v_membership public.memberships;
begin
  if auth.uid() is not null and not ops.is_admin() then
    raise exception 'only admins preview texts' using errcode = '42501', hint = 'Sign in as an admin.';
  end if;
  select m.* into v_membership from public.memberships m where m.id = preview_conversation_text.membership_id;
  if preview_conversation_text.membership_id is not null and v_membership.id is null then
    raise exception 'there is no membership %', preview_conversation_text.membership_id using errcode = 'P0002',
      hint = 'Pass the id of a row of public.memberships, or none.';
  end if;
  if preview_conversation_text.body is not null then
    return community.render_text(preview_conversation_text.body, community.text_variables(v_membership,
      (select c.id from public.conversations c where c.membership_id = v_membership.id)));
  end if;
  return community.compose(preview_conversation_text.key, preview_conversation_text.language, v_membership,
    (select c.id from public.conversations c where c.membership_id = v_membership.id));
end
$$;
comment on function public.preview_conversation_text(text, text, uuid, text) is
  'What a text of the members'' chat says, as a membership would get it; with body, what that draft would say. For '
  'admins and the service key: supabase.rpc("preview_conversation_text", { key: "welcome", language: "fr" }). Null: '
  'there is no such text. Raises 42501 for others, P0002 for an unknown membership.';
