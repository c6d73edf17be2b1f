create function tutoring.recap_details(recap_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return jsonb_build_object('audience', coalesce(
    (select jsonb_agg(to_jsonb(a) order by a.role desc nulls last, a.email)
      from tutoring.audience(recap_details.recap_id) a), '[]'
  ));
end
$$;
comment on function tutoring.recap_details(uuid) is
  'What a message about a recap holds besides its row: audience, [{role, name, email, user_id}], the people to write '
  'to.';
