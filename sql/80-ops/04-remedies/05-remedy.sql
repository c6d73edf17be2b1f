-- Called by views: it is there before them.
create function ops.remedy(does text, statement text, variadic instead text[] default '{}') returns text
language sql immutable parallel safe
set search_path = ''
begin atomic
  -- A line break in a value from outside would end a comment, and what follows it would be run.
  select concat_ws(
    E'\n',
    '-- ' || regexp_replace(remedy.does, '\s*[\r\n]+\s*', ' ', 'g'),
    remedy.statement || ';',
    (
      select string_agg(
        format(E'-- Instead: %s\n-- %s;', regexp_replace(remedy.instead[i], '\s*[\r\n]+\s*', ' ', 'g'),
          regexp_replace(remedy.instead[i + 1], '\s*[\r\n]+\s*', ' ', 'g')), E'\n' order by i
      )
      from generate_series(1, cardinality(remedy.instead), 2) i
      where remedy.instead[i + 1] is not null
    )
  );
end;
comment on function ops.remedy(text, text, text[]) is
  'A remedy as ops.attention shows it: SQL that can be pasted whole. A comment says what the statement does; each '
  'alternative (a sentence and a statement, by turns; no statement: left out) follows as a comment, so that pasting '
  'does one thing. statement null: there is nothing to run. A reason that an admin must give is written ''<why>''.';
