create function community.same_text(a text, b text) returns boolean
language sql immutable parallel safe
set search_path = ''
return btrim(regexp_replace(a, '\s+', ' ', 'g')) = btrim(regexp_replace(b, '\s+', ' ', 'g'));
comment on function community.same_text(text, text) is 'Whether two texts differ in white space only.';
