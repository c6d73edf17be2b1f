select console.watch_tables();
