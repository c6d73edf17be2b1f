create function tutoring.meeting_key(url text) returns text
language plpgsql immutable parallel safe
set search_path = ''
as $$
declare
  v_parts text[] := regexp_match(btrim(url),
    '^(?:[a-z][a-z0-9+.-]*://)?(?:www\.)?([^/?#:\s]+(?::\d+)?)(/[^?#\s]*)', 'i');
begin
  return lower(v_parts[1]) || nullif(rtrim(v_parts[2], '/'), '');
end
$$;
comment on function tutoring.meeting_key(text) is
  'Which room a link leads to, for comparing links: host and path, without scheme, www, query, fragment and trailing '
  'slash. meet.google.com/abc-defg-hij. Null: it names no room.';
