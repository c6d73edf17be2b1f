create function console.page(what text, filters jsonb, cursor text, size integer) returns jsonb
language plpgsql stable
set search_path = ''
set enable_seqscan = off -- see console.bounds
as $$
declare
  v_size integer := least(greatest(coalesce(page.size, 50), 1), 1000);
  v_look integer := case when page.filters ? 'payload' then 5000 else 20000 end;
  v_bounds record;
  v_answer jsonb;
begin
  v_bounds := console.bounds(page.what, page.filters, page.cursor, v_look);
  execute format(
    'with chosen as materialized (select %s as key, %s from %s t where %s and %s order by %s limit %s) '
    'select jsonb_build_object(''rows'', coalesce(jsonb_agg(to_jsonb(p) - ''key'') filter (where p.place <= %s), '
    '''[]''), ''next'', max(p.key) filter (where p.place = %s and p.more)) '
    'from (select x.*, row_number() over () as place, count(*) over () > %s as more from chosen x) p',
    v_bounds.key, (console.spec(page.what)).fields, v_bounds.relation, v_bounds.within, v_bounds.matches,
    v_bounds.ordering, v_size + 1, v_size, v_size, v_size
  ) into v_answer;
  select jsonb_set(v_answer, '{rows}', coalesce(jsonb_agg(console.exact(r.value - 'place' - 'more')
    order by r.ordinality), '[]')) into v_answer
  from jsonb_array_elements(v_answer -> 'rows') with ordinality r;
  -- Too few match among the rows that were looked at: it goes on from there.
  return v_answer || jsonb_build_object(
    'next', coalesce(v_answer ->> 'next', v_bounds.stop),
    'stopped', v_answer ->> 'next' is null and v_bounds.stop is not null
  );
end
$$;
comment on function console.page(text, jsonb, text, integer) is 'The work of console.list, for jobs too.';
