select console.explain_columns();
