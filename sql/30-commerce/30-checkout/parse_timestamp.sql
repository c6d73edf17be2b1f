create function commerce.parse_timestamp(words text) returns timestamptz
language plpgsql stable
set search_path = ''
as $$
begin
  if words !~ '^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$' then
    raise exception '"%" is not a valid time', left(words, 40)
      using errcode = '22023', detail = 'starts_at_invalid',
      hint = 'Pass it in ISO 8601 with an offset, such as 2026-11-25T15:00:00Z.';
  end if;
  return words::timestamptz;
exception when datetime_field_overflow or invalid_datetime_format or invalid_time_zone_displacement_value then
  raise exception '"%" is not a valid time', left(words, 40)
    using errcode = '22023', detail = 'starts_at_invalid', hint = 'There is no such date.';
end
$$;
comment on function commerce.parse_timestamp(text) is
  'A time in ISO 8601 with its offset. Null for null. Raises 22023.';
