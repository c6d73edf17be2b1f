create function community.compose(key text, language text, membership public.memberships, conversation_id uuid)
  returns text
language plpgsql stable
set search_path = ''
as $$
declare
  v_body text;
begin
  select t.body into v_body
  from public.conversation_texts t
  cross join community.settings s
  where t.key = compose.key and t.language in (compose.language, s.language, 'en')
  order by t.language <> compose.language, t.language <> s.language
  limit 1;
  return nullif(btrim(community.render_text(v_body, community.text_variables(membership, conversation_id))), '');
end
$$;
comment on function community.compose(text, text, public.memberships, uuid) is
  'A text of conversation_texts for a membership: in the language asked for, else in community.settings.language, else '
  'in English. Null: there is none.';
