create function tutoring.recap_details(recap_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select jsonb_build_object(
      'audience', coalesce(jsonb_agg(to_jsonb(a) order by a.role desc nulls last, a.email), '[]'),
      'write_to', coalesce(jsonb_agg(a.email order by a.role desc nulls last, a.email)
        filter (where tutoring.wants_email(a.user_id, 'recap_ready')), '[]')
    )
    from tutoring.audience(recap_details.recap_id) a
  );
end
$$;
comment on function tutoring.recap_details(uuid) is
  'What a message about a recap holds besides its row: audience, [{role, name, email, user_id}], the people it is '
  'for, and write_to, the addresses of those who want an e-mail about it.';
