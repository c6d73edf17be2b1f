create function console.retention() returns jsonb
language plpgsql stable
security definer -- the schema ops stays closed to the Data API
set search_path = ''
as $$
begin
  perform console.require_admin();
  return (
    select jsonb_agg(jsonb_build_object('what', r.what, 'keep', r.keep, 'description', r.description,
      'walk_began_at', r.walk_began_at) order by r.keep, r.what) from ops.retention r
  );
end
$$;
comment on function console.retention() is
  'How long rows are kept (ops.retention): [{what, keep, description, walk_began_at}]; keep null: for ever.';
