create function console.rejection(id text) returns jsonb
language plpgsql stable
security definer -- the schema inbox stays closed to the Data API
set search_path = ''
as $$
declare
  v_key text[];
  v_row inbox.rejections;
begin
  perform console.require_admin();
  begin
    v_key := array(select jsonb_array_elements_text(rejection.id::jsonb));
    select r.* into v_row from inbox.rejections r
    where r.minute = v_key[1]::timestamptz and r.provider = v_key[2] and r.reason = v_key[3];
  exception when data_exception then
    null;
  end;
  if v_row.provider is null then
    raise exception 'there is no rejection %', left(rejection.id, 100)
      using errcode = 'PT404', hint = 'Pass the id of a row of the list rejections.';
  end if;
  return to_jsonb(v_row) || jsonb_build_object('id', rejection.id, 'code', v_row.reason);
end
$$;
comment on function console.rejection(text) is
  'Requests that were rejected in one minute for one reason: how many, and the sizes and header names of the latest; '
  'no '
  'body is kept. id: as the list rejections says it. Raises PT404 for an unknown one.';
