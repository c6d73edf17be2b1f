create function ops.holds_a_key(name text) returns boolean
language sql immutable parallel safe
set search_path = ''
return name ~ ('(^|_)(id|ids|key|keys|ref|refs|code|codes|type|types|status|kind|provider|destination|currency|'
  || 'language|time_zone|topic|operation|command|sku|skus|event|schema_name|table_name)$');
comment on function ops.holds_a_key(text) is
  'Whether a column or a member of JSON of this name holds a key or a word of ours, and not what a person wrote: '
  'provider, payment_ref, status. A person may be called like one.';
